import type { Pair } from './pair.ts';

/** What a probe is about: a prober acts on it. */
export function compareProbes({ old, new: now, report }: Pair): void {
  const [was, is] = [old.operation.probe, now.operation.probe];
  if (was === undefined) return;
  const told = (what: string, why: string): void =>
    report({
      in: 'new',
      ref: is === undefined ? now.object.ref : `${now.object.ref}/x-probe`,
      what,
      why,
      whom: 'probers',
    });
  if (is === undefined) {
    told(`x-probe: nothing, it was ${was.kind}`, 'it is no probe any more, and nobody here answers it');
    return;
  }
  if (was.kind !== is.kind) told(`x-probe: ${is.kind}, it was ${was.kind}`, effects[is.kind]);
  const [before, after] = [was.checks, is.checks].map(shown) as [string, string];
  if (before !== after) told(`x-probe: checks are ${after}, they were ${before}`, 'it fails for other reasons');
  if (was.heartbeats !== is.heartbeats)
    told(
      is.heartbeats === false ? 'x-probe: heartbeats do not count any more' : 'x-probe: heartbeats count, they did not',
      'it fails for other reasons',
    );
}

const effects = {
  liveness: 'when it fails, a prober restarts the pod',
  readiness: 'when it fails, a prober takes away traffic and restarts nothing',
  startup: 'it passes once, and then no longer fails',
} as const;

const shown = (checks: readonly string[] | undefined): string =>
  checks === undefined ? 'all' : checks.toSorted().join(', ');
