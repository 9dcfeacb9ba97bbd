import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../../src/contract/document.ts';
import { problem } from '../../src/contract/problem.ts';
import type { FaultControl, SharedFault } from '../../src/faults/control.ts';
import { probeAnswers } from '../../src/probes/represent.ts';
import { checkOf, faultOf, reportOf } from '../../src/server/api/report.ts';
import { builtin, checkIn, down, outcome, pending, someSnapshot, up } from '../support.ts';
import { compiled } from './compiled.ts';

const atRunTime = compiled(builtin.document as OpenApiDocument);

const checks = [
  checkIn(pending),
  checkIn({ ...up, reason: 'overloaded', last: outcome('busy', 3) }, {}, 'cache'),
  checkIn({ ...down, last: outcome('failed', 3) }, {}, 'queue'),
];
const snapshot = someSnapshot({ checks });
const figures = { uptimeSeconds: 1.5, rssBytes: 2, heapUsedBytes: 3, eventLoopDelayMs: 0.5 };

const active: SharedFault = { check: 'liveness', fault: { kind: 'outage' }, setAt: 0, until: 1, by: 'ann' };
const simulation = (of: SharedFault | undefined, isReachable?: boolean): FaultControl => ({
  liveness: true,
  list: () => [],
  of: () => of,
  set: async () => of,
  clear: async () => {},
  shareThrough() {},
  isFleetReachable: () => isReachable,
});

/** Bodies that this service sends, or will: each is right for one schema at least, and wrong for others. */
const bodies: readonly unknown[] = [
  ...builtin.operations.flatMap((operation) =>
    operation.probe === undefined
      ? []
      : [snapshot, someSnapshot(), someSnapshot({ lifecycle: 'draining', distress: ['Event loop blocked'] })].map(
          (state) => probeAnswers(builtin, operation, state)[0]?.body,
        ),
  ),
  ...[...builtin.errors.responses.keys()].map((status) => problem(Number(status), 'Because').body),
  reportOf(snapshot, figures, simulation(undefined)),
  reportOf(snapshot, figures, simulation(active, false)),
  ...checks.map((check) => checkOf(check, undefined)),
  ...checks.map((check) => checkOf(check, active)),
  faultOf({ ...active, shared: true }),
  { replicas: [{ replica: 'a:1', ready: true, ageSeconds: 1.5, seenSecondsAgo: 0 }] },
  'Bearer',
  '1',
  ...builtin.operations.flatMap(({ responses }) => {
    const { message } = responses.get(200)?.content[0]?.schema?.node.properties ?? {};
    return message === undefined ? [] : [{ message: message.const }];
  }),
  { faults: [{ check: 'database', fault: { kind: 'outage' }, until: '2026-11-21T08:00:00.000Z' }] },
  { check: 'cache', fault: { kind: 'latency', delayMs: 1, jitterMs: 0 }, until: '2026-11-21T08:00:00.000Z' },
  { check: 'cache', fault: { kind: 'flap', periodMs: 100, ttlSeconds: 1 }, until: '2026-11-21T08:00:00.000Z' },
  { check: 'cache', fault: { kind: 'error', probability: 0.5 }, until: '2026-11-21T08:00:00.000Z' },
  builtin.document,
  'no-store',
  'GET, HEAD',
].filter((body) => body !== undefined);

type Json = fc.JsonValue;
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('up', 'ready', 503, 500, 0, -1, 1.5, '', 'database', '9x', Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom('2026-11-21T08:00:00Z', '%zz', 'a b', '\u{1f600}'),
  fc.constantFrom(...(bodies as Json[])),
);

/** A body with one place changed: replaced, removed or added. */
function mutated(body: unknown, path: readonly number[], change: 'replace' | 'remove' | 'add', by: unknown): unknown {
  if (typeof body !== 'object' || body === null || path.length === 0) return change === 'replace' ? by : body;
  const copy: Record<string, unknown> = Array.isArray(body) ? ([...body] as never) : { ...body };
  const keys = Object.keys(copy);
  const key = keys[(path[0] as number) % Math.max(1, keys.length)];
  if (path.length > 1 && key !== undefined) copy[key] = mutated(copy[key], path.slice(1), change, by);
  else if (change === 'add') copy[Array.isArray(body) ? keys.length : 'more'] = by;
  else if (key !== undefined && change === 'remove' && !Array.isArray(body)) delete copy[key];
  else if (key !== undefined) copy[key] = by;
  return copy;
}

const mutation = fc
  .tuple(
    fc.constantFrom(...bodies),
    fc.array(fc.nat(20), { maxLength: 4 }),
    fc.constantFrom('replace' as const, 'remove' as const, 'add' as const),
    value,
  )
  .map(([body, path, change, by]) => mutated(body, path, change, by));

const refs = Object.keys(builtin.validators);
const verdicts = (ref: string, body: unknown) => [builtin.validators[ref]?.(body), atRunTime[ref]?.(body)];

describe('the validators that were compiled ahead of time', () => {
  it('cover the same schemas as those that are compiled at run time', () => {
    expect(refs.sort()).toEqual(Object.keys(atRunTime).sort());
  });

  it.each(refs)('take for %s at least one body that this service sends', (ref) => {
    const taken = bodies.filter((body) => builtin.validators[ref]?.(body));
    expect(taken.length).toBeGreaterThan(0);
    expect(bodies.map((body) => verdicts(ref, body)).filter(([ahead, late]) => ahead !== late)).toEqual([]);
  });

  it('take nothing that a reader of the contract would refuse', () => {
    fc.assert(
      fc.property(mutation, (body) => {
        const lies = refs.filter((ref) => {
          const [ahead, late] = verdicts(ref, body);
          return ahead && !late;
        });
        expect(lies).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('refuse nothing that such a reader would take, but for moments that are not in milliseconds of UTC', () => {
    const moment = /(at|since|until)$/;
    fc.assert(
      fc.property(mutation, (body) => {
        const strict = refs.filter((ref) => {
          const [ahead, late] = verdicts(ref, body);
          const [mistake] = builtin.validators[ref]?.errors ?? [];
          return late && !ahead && !moment.test(mistake?.instancePath ?? '');
        });
        expect(strict).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});
