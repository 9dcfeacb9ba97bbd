import type { Place } from './yaml-place.ts';

/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly keyword: string;
  /** `--interval=5s` is `interval: '5s'`. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the flags. */
  readonly text: string;
  readonly place: Place;
}

/** Whether a file is a Dockerfile, by its name: `Dockerfile`, `Dockerfile.dev`, `shop.Dockerfile`, `Containerfile`. */
export const isDockerfile = (file: string): boolean =>
  /(^|[/\\])(Dockerfile|Containerfile)(\.[\w.-]+)?$|\.(dockerfile|containerfile)$/i.test(file);

interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/**
 * The instructions of a Dockerfile: lines that end in the escape character go on, comments between them are none of
 * theirs, and what a heredoc holds is no instruction. https://docs.docker.com/reference/dockerfile#format
 */
export function instructionsIn(text: string, file: string): Instruction[] {
  const goesOn = /^#\s*escape\s*=\s*`\s*$/im.test(text.split(/^(?!#)/m, 1)[0] ?? '') ? '`' : '\\';
  // The next line is the last one: taking the first would move all the others.
  const rest = text
    .split(/\r?\n/)
    .map((line, index): Line => ({ text: line, number: index + 1 }))
    .toReversed();
  const instructions: Instruction[] = [];
  for (let line = rest.pop(); line !== undefined; line = rest.pop()) {
    if (isNothing(line)) continue;
    const whole = joined(line, rest, goesOn);
    for (const [, , word] of whole.matchAll(/<<-?(["']?)(\w+)\1/g)) skipHeredoc(word ?? '', rest);
    instructions.push(instructionOf(whole, line, file));
  }
  return instructions;
}

const isNothing = ({ text }: Line): boolean => /^\s*(#|$)/.test(text);

/** A line with those that it goes on in, which are taken from `rest`. */
function joined(line: Line, rest: Line[], goesOn: string): string {
  const parts: string[] = [];
  let { text } = line;
  while (text.trimEnd().endsWith(goesOn) && rest.length > 0) {
    const next = rest.pop() as Line;
    if (isNothing(next)) continue;
    parts.push(text.trimEnd().slice(0, -1));
    text = next.text;
  }
  return [...parts, text].join(' ').trim();
}

function skipHeredoc(word: string, rest: Line[]): void {
  for (let line = rest.pop(); line !== undefined; line = rest.pop()) if (line.text.trim() === word) return;
}

function instructionOf(whole: string, { text, number }: Line, file: string): Instruction {
  const [, keyword = '', flags = '', body = ''] = /^(\S+)((?:\s+--[\w-]+(?:=\S*)?)*)\s*(.*)$/s.exec(whole) ?? [];
  const pairs = [...flags.matchAll(/--([\w-]+)(?:=(\S*))?/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const column = text.length - text.trimStart().length + 1;
  return {
    keyword: keyword.toUpperCase(),
    flags: new Map(pairs),
    text: body,
    place: placeOf({ file, line: number, column }, new Map(pairs), body),
  };
}

/** A place in a Dockerfile: an instruction, whose flags are under their names. */
function placeOf(
  at: Pick<Place, 'file' | 'line' | 'column'>,
  flags: ReadonlyMap<string, string>,
  scalar: string | undefined,
): Place {
  return {
    ...at,
    exists: scalar !== undefined,
    // A count is a number, as it is in YAML.
    ...(scalar === undefined ? {} : { scalar: /^\d+$/.test(scalar) ? Number(scalar) : scalar }),
    get: (...[key, ...rest]) =>
      key === undefined ? placeOf(at, flags, scalar) : placeOf(at, new Map(), flags.get(String(key))).get(...rest),
    entries: () => [],
    items: () => [],
  };
}

/** The words of `["a", "b"]`; absent for a line, which is for the shell. */
export function execForm({ text }: Instruction): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
