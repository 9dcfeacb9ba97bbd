/** One metric of an exposition in the Prometheus text format. */
export interface Exposed {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly value: number;
  }[];
}

export interface Exposition {
  readonly metrics: readonly Exposed[];
  /** The value of the one sample with these labels; nothing when there is none. */
  value(name: string, labels?: Record<string, string>): number | undefined;
}

/** Reads an exposition, and throws at a line that is none of it. */
export function parseExposition(text: string): Exposition {
  const metrics = text
    .trimEnd()
    .split('\n\n')
    .map((block): Exposed => {
      const [help = '', type = '', ...lines] = block.split('\n');
      const [, name = '', words = ''] = matched(/^# HELP (\S+) (.+)$/, help);
      const [, of, kind = ''] = matched(/^# TYPE (\S+) (\S+)$/, type);
      if (of !== name) throw new Error(`Expected the type of ${name}, got that of ${of}`);
      return { name, help: words, type: kind, samples: lines.map(parseSample) };
    });
  return {
    metrics,
    value(name, labels = {}) {
      const found = metrics
        .flatMap(({ samples }) => samples)
        .filter(
          (sample) => sample.name === name && Object.entries(labels).every(([key, of]) => sample.labels[key] === of),
        );
      if (found.length > 1) throw new Error(`Expected one ${name}${JSON.stringify(labels)}, got ${found.length}`);
      return found[0]?.value;
    },
  };
}

function parseSample(line: string): Exposed['samples'][number] {
  const [, name = '', labels = '', value = ''] = matched(/^([a-z_]+)(?:\{(.*)\})? ([-+.\deInfNa]+)$/, line);
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', of = '']) => [key, of]);
  return {
    name,
    labels: Object.fromEntries(pairs),
    value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
  };
}

function matched(pattern: RegExp, line: string): RegExpExecArray {
  const found = pattern.exec(line);
  if (found === null) throw new Error(`Expected ${pattern}, got ${JSON.stringify(line)}`);
  return found;
}

export async function scrape(url: string): Promise<Exposition> {
  const response = await fetch(`${url}/metrics`);
  if (response.status !== 200) throw new Error(`Expected 200, got ${response.status}`);
  return parseExposition(await response.text());
}
