import { bare, type Command, programOf } from './command.ts';
import type { Step } from './shell.ts';

/** With what a command may end: 0, something else, or either. */
type Status = 'ok' | 'failed';

const either: readonly Status[] = ['ok', 'failed'];

/** What always ends the same way, whatever the state of the world is. */
const constant: Readonly<Record<string, Status>> = {
  true: 'ok',
  ':': 'ok',
  echo: 'ok',
  printf: 'ok',
  false: 'failed',
};

/** The one way in which a command ends; absent where there are two, or where it cannot be told. */
export function constantStatus({ steps, isPlain }: Command): Status | undefined {
  if (!isPlain) return undefined;
  const ended = new Set<Status>();
  let last: readonly Status[] = ['ok'];
  for (const pipeline of pipelinesOf(steps)) {
    const [first] = pipeline;
    const step = pipeline.at(-1);
    if (first === undefined || step === undefined) continue;
    const runsAfter = last.filter((status) => !isSkipped(first, status));
    if (runsAfter.length === 0) continue;
    const skips = last.filter((status) => isSkipped(first, status));
    const exits = pipeline.length === 1 && programOf(step) === 'exit';
    const statuses = statusOf(step, runsAfter);
    if (exits) for (const status of statuses) ended.add(status);
    last = [...new Set([...skips, ...(exits ? [] : statuses)])];
    if (last.length === 0) break;
  }
  const all = new Set([...ended, ...last]);
  return all.size === 1 ? [...all][0] : undefined;
}

const isSkipped = ({ joint }: Step, last: Status): boolean =>
  (joint === '&&' && last === 'failed') || (joint === '||' && last === 'ok');

/** Steps that are joined by pipes are one: the last one's status is theirs. */
const pipelinesOf = (steps: readonly Step[]): Step[][] =>
  steps.reduce<Step[][]>((pipelines, step) => {
    if (step.joint === '|') pipelines.at(-1)?.push(step);
    else pipelines.push([step]);
    return pipelines;
  }, []);

function statusOf(step: Step, before: readonly Status[]): readonly Status[] {
  const [, code] = bare(step.words);
  if (programOf(step) !== 'exit') {
    const known = constant[programOf(step)];
    return known === undefined ? either : [known];
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the shell's own `$?` is left
  if (code === undefined || code === '${?}') return before;
  return /^\d+$/.test(code) ? [Number(code) % 256 === 0 ? 'ok' : 'failed'] : either;
}
