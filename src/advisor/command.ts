import { type Line, parseLine, type Step } from './shell.ts';
import type { Place } from './yaml-place.ts';

/** A command of a manifest, with the commands that a shell makes of it. */
export interface Command {
  readonly place: Place;
  /** As it is handed to the system. */
  readonly argv: readonly string[];
  readonly steps: readonly Step[];
  readonly needsShell: boolean;
  /** Whether its status can be told from that of its steps. */
  readonly isPlain: boolean;
}

/** Shells that start shells: whatever is deeper is not looked into. */
const deepest = 4;

/** A command that is run as it is, or through the shell that it names. */
export const commandOf = (place: Place, argv: readonly string[]): Command => ({
  place,
  argv,
  needsShell: isShell(argv[0]),
  ...lineOf(argv, deepest),
});

/** A line that Docker hands to /bin/sh. */
export const shellLine = (place: Place, line: string): Command => commandOf(place, ['/bin/sh', '-c', line]);

/** The steps of a command, and of what it has a shell run. */
function lineOf(argv: readonly string[], depth: number): Line {
  const script = scriptOf(argv);
  if (script === undefined || depth === 0)
    return { steps: [{ words: argv, joint: '', isRead: false, isCondition: false }], isPlain: !isShell(argv[0]) };
  const line = parseLine(script);
  const inner = line.steps.map((step) => {
    if (scriptOf(bare(step.words)) === undefined) return { steps: [step], isPlain: true };
    const { steps, isPlain } = lineOf(bare(step.words), depth - 1);
    return {
      isPlain: isPlain && (steps.length === 1 || line.steps.length === 1),
      steps: steps.map((one) => within(one, step)),
    };
  });
  return { steps: inner.flatMap(({ steps }) => steps), isPlain: line.isPlain && inner.every(({ isPlain }) => isPlain) };
}

/** A step of a shell that is itself a step. */
const within = (inner: Step, outer: Step): Step => ({
  ...inner,
  joint: inner.joint === '' ? outer.joint : inner.joint,
  isRead: inner.isRead || outer.isRead,
});

/** The line that a shell is told to run; absent for what is no shell, or has a file to run. */
export function scriptOf([program, ...rest]: readonly string[]): string | undefined {
  if (!isShell(program)) return undefined;
  const flag = rest.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word));
  return flag === -1 ? undefined : rest[flag + 1];
}

export const isShell = (program = ''): boolean => /^(sh|bash|ash|dash)$/.test(baseName(program));

export const baseName = (word: string): string => word.split('/').at(-1) ?? word;

/** What is run behind `exec`, `env NAME=value`, `busybox` and `timeout 5`. */
export function bare(words: readonly string[]): readonly string[] {
  const [program = '', ...rest] = words;
  const name = baseName(program);
  if (['exec', 'command', 'nohup', 'busybox'].includes(name)) return bare(rest);
  if (name === 'env') return bare(rest.slice(countWhile(rest, (word) => /^-i?$|^\w+=/.test(word))));
  return name === 'timeout' ? bare(limitedBy(rest).run) : words;
}

/** What is behind `timeout`: options, some with a value in the next word, then the time, then what is run. */
export function limitedBy([word = '', ...rest]: readonly string[]): { time: string; run: readonly string[] } {
  if (!word.startsWith('-')) return { time: word, run: rest };
  return limitedBy(/^(-[ks]|--kill-after|--signal)$/.test(word) ? rest.slice(1) : rest);
}

function countWhile(words: readonly string[], holds: (word: string) => boolean): number {
  const end = words.findIndex((word) => !holds(word));
  return end === -1 ? words.length : end;
}

/** The name of the program of a step. */
export const programOf = ({ words }: Pick<Step, 'words'>): string => baseName(bare(words)[0] ?? '');

/** What a step asks with over HTTP, of the programs that are looked for in images. */
export type HttpTool = 'curl' | 'wget';

export const httpToolsOf = ({ steps }: Command): HttpTool[] =>
  steps.map(programOf).filter((name): name is HttpTool => name === 'curl' || name === 'wget');

/** Whether a command of Probity is run: `probity serve`, `npx probity check`, `node …/probity/dist/cli/main.js serve`. */
export const runsProbity = (words: readonly string[], command: 'serve' | 'check'): boolean =>
  words.some((word, index) => word === command && isProbity.test(words[index - 1] ?? ''));

const isProbity = /(^|\/)probity(\/dist\/cli\/main\.js)?$/;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `5`, `2.5s`, `5m` of sleep and timeout, in milliseconds; absent for what is no such time, as with a variable. */
export function sleepMs(text = ''): number | undefined {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(text) ?? [];
  return amount === undefined ? undefined : 1_000 * Number(amount) * (unitSeconds[unit || 's'] ?? 1);
}

/** How long a command sleeps, in milliseconds, all of it added up; absent where it cannot be told. */
export function sleepIn({ steps, isPlain }: Command): number | undefined {
  const sleeps = steps.filter((step) => programOf(step) === 'sleep');
  if (sleeps.length === 0) return 0;
  const times = sleeps.flatMap(({ words }) => bare(words).slice(1).map(sleepMs));
  if (!isPlain || times.includes(undefined)) return undefined;
  return times.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
}
