import { type CheckState, reasons } from '../health/check-state.ts';
import { judge } from '../health/probes.ts';
import type { CheckInSnapshot, Snapshot } from '../health/snapshot.ts';
import { checked } from './answer.ts';
import type { Contract } from './contract.ts';
import { problem } from './problem.ts';
import { probeAnswer } from './represent.ts';

/**
 * Builds and judges the replies of every probe operation in every kind of state that it can come to: a document that
 * its own service could not honour is refused before the port opens.
 *
 * @throws Error naming operation, status and schema path.
 */
export function prove(contract: Contract, checks: readonly Pick<CheckInSnapshot, 'name' | 'rules'>[]): void {
  const snapshots = samples(checks);
  checked(contract, contract.errors, problem(500, 'Every promise that breaks ends here'));
  for (const operation of contract.operations) {
    if (operation.probe === undefined) continue;
    for (const snapshot of snapshots) {
      checked(contract, operation, probeAnswer(contract.document, operation, judge(operation.probe.kind, snapshot)));
    }
  }
}

function samples(checks: readonly Pick<CheckInSnapshot, 'name' | 'rules'>[]): Snapshot[] {
  const all = (state: CheckState): CheckInSnapshot[] => checks.map((check) => ({ ...check, state }));
  return [
    { lifecycle: 'starting', distress: [], checks: all(pending) },
    { lifecycle: 'starting', distress: [], checks: all(down) },
    { lifecycle: 'started', distress: [], checks: all(up) },
    // Those that are up don't show in a reply: one check alone stands for one that is down among many.
    ...all(down).map((check): Snapshot => ({ lifecycle: 'started', distress: [], checks: [check] })),
    ...reasons.map(
      (reason): Snapshot => ({ lifecycle: 'started', distress: [], checks: all({ ...simulated, reason }) }),
    ),
    { lifecycle: 'started', distress: [], checks: all(down) },
    { lifecycle: 'started', distress: ['Event loop blocked'], checks: all(up) },
    { lifecycle: 'draining', distress: [], checks: all(up) },
    { lifecycle: 'stopped', distress: [], checks: all(down) },
  ];
}

const common = { against: 0, wasUp: false, since: 0 };
const pending: CheckState = { ...common, status: 'pending', reason: 'pending' };
const up: CheckState = { ...common, status: 'up', wasUp: true };
const down: CheckState = { ...common, status: 'down', reason: 'unavailable' };
const simulated: CheckState = { ...down, last: { kind: 'failed', simulated: true, at: 0, durationMs: 0 } };
