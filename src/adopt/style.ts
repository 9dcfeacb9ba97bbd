import { stringify } from 'yaml';

/** How a text is written, so that what is added looks like it. */
export interface Style {
  /** What ends a line. */
  readonly eol: string;
  /** One step of indentation. */
  readonly step: string;
  readonly singleQuotes: boolean;
  /** Whether JSON is written without spaces. */
  readonly isCompact: boolean;
}

export function styleOf(text: string): Style {
  const [, step = '  '] = /^([ \t]+)[^\s#]/m.exec(text) ?? [];
  return {
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    step,
    singleQuotes: !/^\s*"[1-5]\d\d":/m.test(text),
    isCompact: /^\uFEFF?\s*\{"[^"]*":\S/.test(text),
  };
}

/** A mapping in block style: lines that each begin with `indent` and end as the text's do. */
export function asBlock(value: object, indent: string, { eol, step, singleQuotes }: Style): string {
  const text = stringify(value, { indent: step.length, lineWidth: 0, singleQuote: singleQuotes });
  return text.replaceAll(/^(?=.)/gm, indent).replaceAll('\n', eol);
}

/** `key: value` in flow style, on one line. */
export function asFlow(key: string, value: unknown, { singleQuotes }: Style): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, singleQuote: singleQuotes } as const;
  return stringify({ [key]: value }, options)
    .trim()
    .slice(1, -1)
    .trim();
}

/**
 * `"key": value` in JSON.
 *
 * @param indent that of the line; absent where all is on one line
 */
export function asJson(key: string, value: unknown, indent: string | undefined, style: Style): string {
  const { eol, step, isCompact } = style;
  if (indent !== undefined) {
    const lines = JSON.stringify(value, null, step).split('\n');
    return `${JSON.stringify(key)}: ${lines.join(eol + indent)}`;
  }
  if (isCompact) return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  return `${JSON.stringify(key)}: ${JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ')}`;
}
