import { plainError } from '../base/errors.ts';
import { type ConformingAnswer, type ContractViolation, conforming } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { problem } from '../contract/problem.ts';
import { type CheckState, reasons } from '../health/check-state.ts';
import { mostNamed } from '../health/probes.ts';
import type { CheckInSnapshot, Snapshot } from '../health/snapshot.ts';
import { mendOf } from './mend.ts';
import { probeAnswers } from './represent.ts';

/** An answer of a probe operation in a state that is possible. */
export interface Sample {
  readonly operation: Operation;
  /** The state in words for people. */
  readonly state: string;
  readonly answer: ConformingAnswer;
}

type Checks = readonly Pick<CheckInSnapshot, 'name' | 'rules'>[];

/**
 * Builds and judges the replies of every probe operation in every kind of state that is possible: a document that
 * its own service could not honour is refused before the port opens.
 *
 * @returns what was judged
 * @throws Error naming operation, state, status, schema path and the offending value.
 */
export function prove(contract: Contract, checks: Checks): Sample[] {
  for (const [status, headers] of errors)
    conforming(contract, contract.errors, { ...problem(status, 'Expected something else'), headers });
  const states = statesOf(checks);
  const probes = contract.operations.filter(({ probe }) => probe !== undefined);
  return probes.flatMap((operation) =>
    states.flatMap(([state, snapshot]) =>
      proved(contract, operation, state, snapshot).map((answer) => ({ operation, state, answer })),
    ),
  );
}

/** The statuses of a request that no operation takes, with the headers that belong to each. */
const errors: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
  // What an answer becomes that would break the contract.
  [500, {}],
  [400, { Connection: 'close' }],
  [401, { 'WWW-Authenticate': 'Bearer' }],
  [403, {}],
  [404, {}],
  [405, { Allow: 'GET, HEAD' }],
  [408, { Connection: 'close' }],
  [413, {}],
  [415, {}],
  [429, { 'Retry-After': '1' }],
  [431, { Connection: 'close' }],
];

function proved(
  contract: Contract,
  operation: Operation,
  state: string,
  snapshot: Snapshot,
): readonly ConformingAnswer[] {
  const where = `${operation.method.toUpperCase()} ${operation.key || operation.path}`;
  try {
    return probeAnswers(contract, operation, snapshot).map((answer) => conforming(contract, operation, answer));
  } catch (error) {
    const { what = (error as Error).message, ref, wrong } = error as Partial<ContractViolation>;
    const mend = wrong && mendOf(wrong);
    const place = contract.place === undefined || ref === undefined ? '' : `${contract.place(ref)}: `;
    throw plainError(
      'PROBITY_CONTRACT',
      `${place}${where} cannot be answered while ${state}: ${what}${mend === undefined ? '' : `; ${mend}`}`,
      {
        cause: error,
      },
    );
  }
}

/** The kinds of states of the service, in words that follow "while". */
function statesOf(checks: Checks): [string, Snapshot][] {
  const all = (state: CheckState): CheckInSnapshot[] => checks.map((check) => ({ ...check, state }));
  // The name of a check stands in many of a reply's places, and each place has room for the longest.
  const few = (state: CheckState): CheckInSnapshot[] => all(state).slice(0, mostNamed + 1);
  const started = { lifecycle: 'started', distress: [] } as const;
  return [
    ['starting', { lifecycle: 'starting', distress: [], checks: all(pending) }],
    ['starting with every check down', { lifecycle: 'starting', distress: [], checks: all(down) }],
    ['all is well', { ...started, checks: all(up) }],
    // Those that are up may not show in a reply: one check alone stands for one that is down among many.
    ...all(down).map((check): [string, Snapshot] => [`${check.name} is down`, { ...started, checks: [check] }]),
    ...reasons.map((reason): [string, Snapshot] => [
      `every check is down, as simulated, for the reason ${reason}`,
      { ...started, checks: few({ ...simulated, reason }) },
    ]),
    ['every check is down', { ...started, checks: all(down) }],
    ['every check is up but busy', { ...started, checks: all({ ...up, reason: 'overloaded' }) }],
    ['the event loop is blocked', { ...started, distress: ['Event loop blocked'], checks: all(up) }],
    ['shutting down', { lifecycle: 'draining', distress: [], checks: all(up) }],
    ['stopped with every check down', { lifecycle: 'stopped', distress: [], checks: all(down) }],
  ];
}

const common = { against: 0, wasUp: false, since: 0 };
const pending: CheckState = { ...common, status: 'pending', reason: 'pending' };
const up: CheckState = { ...common, status: 'up', wasUp: true };
const down: CheckState = { ...common, status: 'down', reason: 'unavailable' };
const simulated: CheckState = { ...down, last: { kind: 'failed', simulated: true, at: 0, durationMs: 0 } };
