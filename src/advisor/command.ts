import type { Place } from './yaml-place.ts';

/** A command as words, and whether a shell is needed for it. */
export interface Command {
  readonly place: Place;
  readonly words: readonly string[];
  readonly needsShell: boolean;
}

/** The words of a shell's command line, for what can be told of them: quotes are taken away, nothing is evaluated. */
export const split = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|([^\s"';&|]+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );

/** What a probe asks over HTTP. */
export interface Question {
  readonly place: Place;
  readonly path: string;
  /** Absent where it cannot be told, as with a variable. */
  readonly port?: { readonly value: string | number; readonly place: Place };
  /** What makes it ask another one than the container itself over plain HTTP. */
  readonly scheme?: Place;
  readonly host?: Place;
}

/** A command that is run as it is, or through the shell that it names. */
export function commandOf(place: Place, argv: readonly string[]): Command {
  const [program = '', ...rest] = argv;
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (!isShell(program)) return { place, words: argv, needsShell: false };
  return { place, words: flag === -1 ? argv : split(rest.slice(flag + 1).join(' ')), needsShell: true };
}

/** A line that Docker hands to /bin/sh. */
export const shellLine = (place: Place, line: string): Command => ({ place, words: split(line), needsShell: true });

const isShell = (program: string): boolean => /(^|\/)(sh|bash|ash|dash)$/.test(program);

export const baseName = (word: string): string => word.split('/').at(-1) ?? word;

/** The programs of a command that are looked for in images. */
export const toolOf = ({ words }: Command): 'curl' | 'wget' | undefined =>
  words.map(baseName).find((word): word is 'curl' | 'wget' => word === 'curl' || word === 'wget');

/** Whether a command of Probity is run: `probity serve`, `npx probity check`, `node …/probity/dist/src/cli/main.js serve`. */
export const runsProbity = (words: readonly string[], command: 'serve' | 'check'): boolean =>
  words.some((word, index) => word === command && isProbity.test(words[index - 1] ?? ''));

const isProbity = /(^|\/)probity(\/dist\/src\/cli\/main\.js)?$/;

/**
 * What a command asks over HTTP: `curl -f http://localhost:8000/ready`, `wget -q --spider …`, `probity check …`. A check
 * that is not told finds the service's port by itself.
 */
export function questionIn(command: Command): Question | undefined {
  const { words, place } = command;
  const checks = runsProbity(words, 'check');
  if (toolOf(command) === undefined && !checks) return undefined;
  const written = words.find((word) => /^https?:\/\//.test(word));
  if (written === undefined) return checks ? { place, path: '/ready' } : undefined;
  const url = URL.parse(written.includes('$') ? '' : written);
  if (url === null || !isHere(url.hostname)) return undefined;
  const path = checks && url.pathname === '/' ? '/ready' : url.pathname;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { place, path, port: { value: port, place } };
}

const isHere = (host: string): boolean =>
  host === 'localhost' || host === '0.0.0.0' || host === '[::1]' || host.startsWith('127.');

/** How long a command sleeps, in milliseconds: what `sleep` says, added up. */
export function sleepIn({ words }: Command): number {
  const seconds = words.map((word, index) =>
    baseName(words[index - 1] ?? '') === 'sleep' ? Number.parseFloat(word) : 0,
  );
  return 1_000 * seconds.reduce((sum, value) => sum + (value > 0 ? value : 0), 0);
}
