import type { Mutant } from './mutants.ts';
import { play } from './play.ts';
import type { Happening, Script } from './script.ts';

/** How many smaller scripts are tried at the most. */
const mostTries = 400;

/** A smaller script that still fails: fewer happenings, fewer replicas, fewer checks, less time. */
export async function shrink(script: Script, mutant?: Mutant): Promise<Script> {
  let smallest = script;
  let tries = 0;
  const keep = async (smaller: Script): Promise<boolean> => {
    if (tries++ >= mostTries) return false;
    if ((await play(smaller, mutant)) === undefined) return false;
    smallest = smaller;
    return true;
  };

  const failure = await play(script, mutant);
  if (failure === undefined) return script;
  const end = failure.at + 1;
  if (!(await keep({ ...until(script, end), lastsMs: end }))) await keep(until(script, end));
  for (let replicas = 1; replicas < smallest.replicas; replicas++)
    if (await keep(withReplicas(smallest, replicas))) break;
  // Ever smaller pieces are left out, as in delta debugging.
  for (let size = smallest.happenings.length; size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < smallest.happenings.length; )
      if (!(await keep(without(smallest, from, size)))) from += size;
  while (smallest.checks.length > 1 && (await keep(withoutLastCheck(smallest))));
  if (smallest.heartbeatMs !== undefined) await keep(withoutHeartbeat(smallest));
  return smallest;
}

const withHappenings = (script: Script, happenings: readonly Happening[]): Script => ({ ...script, happenings });

const until = (script: Script, end: number): Script =>
  withHappenings(
    script,
    script.happenings.filter(({ at }) => at <= end),
  );

const without = (script: Script, from: number, size: number): Script =>
  withHappenings(
    script,
    script.happenings.filter((_, index) => index < from || index >= from + size),
  );

const withReplicas = (script: Script, replicas: number): Script => ({
  ...script,
  replicas,
  happenings: script.happenings.filter((happening) => !('replica' in happening) || happening.replica < replicas),
});

function withoutLastCheck(script: Script): Script {
  const last = script.checks.length - 1;
  const isOf = (happening: Happening): boolean =>
    'check' in happening && (happening.check === last || happening.check === `check${last}`);
  return { ...script, checks: script.checks.slice(0, -1), happenings: script.happenings.filter((one) => !isOf(one)) };
}

function withoutHeartbeat({ heartbeatMs: _, ...script }: Script): Script {
  return script;
}
