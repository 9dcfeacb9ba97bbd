import type { Contract } from '../contract/contract.ts';
import { honest } from '../contract/honest.ts';
import { answerTo, probeAnswer } from '../contract/represent.ts';
import type { Snapshot } from '../health/snapshot.ts';
import type { Log } from '../log.ts';
import { type Reply, replyOf } from './reply.ts';

/** The replies of the probe operations in the present state, by path. */
export interface PreparedReplies {
  get(path: string): Reply | undefined;
  /** Builds, judges and serialises every reply anew. */
  update(snapshot: Snapshot): void;
}

/** What liveness and readiness answer, by path, while nobody but another thread can: the main thread stands still. */
export function blockedReplies(contract: Contract, log: Log): readonly (readonly [string, Reply])[] {
  const verdict = { ok: false, detail: 'Event loop blocked', blockers: [] } as const;
  const snapshot: Snapshot = { lifecycle: 'started', distress: [verdict.detail], checks: [] };
  return contract.operations.flatMap((operation) => {
    if (operation.probe === undefined || operation.probe.kind === 'startup') return [];
    const answer = honest(contract, operation, log, () => answerTo(contract, operation, snapshot, verdict));
    return [[operation.path, replyOf(answer)] as const];
  });
}

export function prepareReplies(contract: Contract, log: Log): PreparedReplies {
  const operations = contract.operations.filter(({ probe }) => probe !== undefined);
  const replies = new Map<string, Reply>();
  return {
    get: (path) => replies.get(path),
    update(snapshot) {
      for (const operation of operations) {
        const answer = honest(contract, operation, log, () => probeAnswer(contract, operation, snapshot));
        replies.set(operation.path, replyOf(answer));
      }
    },
  };
}
