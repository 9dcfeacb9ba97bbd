import type { Log } from '../base/log.ts';
import type { ConformingAnswer } from '../contract/answer.ts';
import { answerOrError } from '../contract/answer-or-error.ts';
import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import type { Snapshot } from '../health/snapshot.ts';
import { replyOf } from './reply.ts';
import { answerTo, probeAnswer } from './represent.ts';
import type { ProbeReply, RequestCounts } from './request-counts.ts';

/** The replies of the probe operations in the present state, by path. */
export interface PreparedReplies {
  get(path: string): ProbeReply | undefined;
  /** Builds, judges and serialises every reply anew. */
  update(snapshot: Snapshot): void;
}

/** What liveness and readiness answer, by path, while nobody but another thread can: the main thread stands still. */
export function blockedReplies(
  contract: Contract,
  requestCounts: RequestCounts,
  log: Log,
): readonly (readonly [string, ProbeReply])[] {
  const verdict = { ok: false, detail: 'Event loop blocked', blockers: [] } as const;
  const snapshot: Snapshot = { lifecycle: 'started', distress: [verdict.detail], checks: [] };
  return contract.operations.flatMap((operation) => {
    if (operation.probe === undefined || operation.probe.kind === 'startup') return [];
    const answer = answerOrError(contract, operation, log, () => answerTo(contract, operation, snapshot, verdict));
    return [[operation.path, counted(operation, answer, requestCounts)] as const];
  });
}

export function prepareReplies(contract: Contract, requestCounts: RequestCounts, log: Log): PreparedReplies {
  const operations = contract.operations.filter(({ probe }) => probe !== undefined);
  const replies = new Map<string, ProbeReply>();
  return {
    get: (path) => replies.get(path),
    update(snapshot) {
      for (const operation of operations) {
        const answer = answerOrError(contract, operation, log, () => probeAnswer(contract, operation, snapshot));
        replies.set(operation.path, counted(operation, answer, requestCounts));
      }
    },
  };
}

const counted = (operation: Operation, answer: ConformingAnswer, requestCounts: RequestCounts): ProbeReply => ({
  ...replyOf(answer),
  counter: requestCounts.counterOf(operation, answer.status),
});
