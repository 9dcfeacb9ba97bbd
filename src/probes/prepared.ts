import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Answer, ConformingAnswer } from '../contract/answer.ts';
import { answerOrError } from '../contract/answer-or-error.ts';
import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { atPath, normalPath, pathsOf } from '../contract/paths.ts';
import type { Snapshot } from '../health/snapshot.ts';
import { askedFields } from './asked-fields.ts';
import { replyOf } from './reply.ts';
import { answersTo, probeAnswers } from './represent.ts';
import type { ProbeReply, RequestCounts } from './request-counts.ts';
import { variantFor } from './variants.ts';

/** The replies of the probe operations in the present state, by path. */
export interface PreparedReplies {
  /** @param accept what the request says of the media types that it takes */
  get(path: string, accept?: string): ProbeReply | undefined;
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
    const make = (): readonly Answer[] => answersTo(contract, operation, snapshot, verdict);
    const reply = replyTo(contract, operation, requestCounts, log, make);
    return pathsOf(operation).map((path) => [normalPath(path), reply] as const);
  });
}

export function prepareReplies(
  contract: Contract,
  requestCounts: RequestCounts,
  log: Log,
  clock: Clock = systemClock,
): PreparedReplies {
  const operations = contract.operations.filter(({ probe }) => probe !== undefined);
  const replies = new Map<string, ProbeReply>();
  return {
    get: (path, accept) => variantFor(atPath(replies, path), accept),
    update(snapshot) {
      const asked = askedFields(contract, clock);
      for (const operation of operations) {
        const make = (): readonly Answer[] => probeAnswers(contract, operation, snapshot, asked);
        const reply = replyTo(contract, operation, requestCounts, log, make);
        for (const path of pathsOf(operation)) replies.set(normalPath(path), reply);
      }
    },
  };
}

/** The reply of an operation, with the others that speak another media type; the first one is for who names none. */
function replyTo(
  contract: Contract,
  operation: Operation,
  requestCounts: RequestCounts,
  log: Log,
  make: () => readonly Answer[],
): ProbeReply {
  const counted = (answer: ConformingAnswer): ProbeReply => ({
    ...replyOf(answer),
    counter: requestCounts.counterOf(operation, answer.status),
  });
  let answers: readonly Answer[] = [];
  const first = answerOrError(contract, operation, log, () => {
    answers = make();
    return answers[0] as Answer;
  });
  if (answers.length < 2) return counted(first);
  const all = answers.map((answer, index) =>
    index === 0 ? first : answerOrError(contract, operation, log, () => answer),
  );
  const variants = all.map((answer) => counted({ ...answer, headers: { ...answer.headers, Vary: 'Accept' } }));
  return { ...(variants[0] as ProbeReply), variants };
}
