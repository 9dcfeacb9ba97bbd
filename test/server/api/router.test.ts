import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConformingAnswer } from '../../../src/contract/answer.ts';
import type { Operation } from '../../../src/contract/operations.ts';
import { problem } from '../../../src/contract/problem.ts';
import { refusalOf } from '../../../src/contract/routes.ts';
import { createRouter, type Handlers, type Router } from '../../../src/server/api/router.ts';
import { builtin, type LogLine, recordingLog } from '../../support.ts';

type Behaviour = (request: { params: unknown; body: unknown }) => unknown;

const { log, lines } = recordingLog();
/** What the handlers do next, by operation: they are of any kind, as in JavaScript. */
const behaviours: Record<string, Behaviour> = {};
const simulated: string[] = [];
let router: Router;

beforeAll(async () => {
  const ids = builtin.operations.filter(({ probe, simulate }) => !probe && !simulate).map(({ id }) => id);
  const handlers = Object.fromEntries(ids.map((id) => [id, (request: never) => behaviours[id]?.(request)]));
  // One operation is left out, as it may be where types are not looked at.
  delete handlers.getDocs;
  const simulate = async (operation: Pick<Operation, 'id' | 'responses'>) => {
    simulated.push(operation.id);
    const { message } = operation.responses.get(200)?.content[0]?.schema?.node.properties ?? {};
    return { status: 200, body: { message: message?.const } };
  };
  router = await createRouter(builtin, handlers as unknown as Handlers, simulate, log);
});
beforeEach(() => {
  lines.length = 0;
});

const ask = (method: string, path: string, body?: unknown): Promise<ConformingAnswer> =>
  router.answer({ method, path, headers: { 'content-type': 'application/json' }, body });

const refusal = (method: string, path: string): ConformingAnswer | undefined =>
  router.routes.match(method, path) === undefined ? refusalOf(builtin, router.routes, method, path) : undefined;

const bodyOf = ({ body }: ConformingAnswer): Record<string, unknown> => JSON.parse(String(body));

/** The answer to a request whose handler does what is given, and what was logged of it. */
async function handled(behaviour: Behaviour): Promise<{ answer: ConformingAnswer; lines: LogLine[] }> {
  behaviours.getMetrics = behaviour;
  return { answer: await ask('GET', '/metrics'), lines: [...lines] };
}

const raise = (error: unknown) => (): never => {
  throw error;
};

describe('a request that no operation takes', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/health/'],
    ['GET', '//health'],
    ['GET', '/HEALTH'],
    ['POST', '/checks/database/more'],
    ['GET', '/checks/'],
    ['GET', '/__proto__'],
  ])('%s %s is not found', (method, path) => {
    const answer = refusal(method, path) as ConformingAnswer;
    expect(answer).toMatchObject({ status: 404, headers: { 'Content-Type': 'application/problem+json' } });
    expect(bodyOf(answer)).toMatchObject({ title: 'Not Found', detail: `No operation for ${method} ${path}` });
    expect(answer.headers).not.toHaveProperty('Allow');
  });

  it.each([
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/health', 'GET, HEAD'],
    ['TRACE', '/', 'GET, HEAD'],
    ['BREW', '/checks/database', 'GET, HEAD'],
    ['GET', '/simulate_db_failure', 'POST'],
    ['HEAD', '/simulate_db_failure', 'POST'],
    ['POST', '/faults', 'GET, HEAD, DELETE'],
    ['GET', '/faults/database', 'PUT, DELETE'],
  ])('%s %s is told what is allowed: %s', (method, path, allowed) => {
    const answer = refusal(method, path) as ConformingAnswer;
    expect(answer).toMatchObject({ status: 405, headers: { Allow: allowed } });
  });

  it.each([
    ['GET', '/checks'],
    ['HEAD', '/checks'],
    ['GET', '/checks/anything'],
    ['PUT', '/faults/database'],
    ['POST', '/simulate_db_failure'],
  ])('is not %s %s', (method, path) => {
    expect(refusal(method, path)).toBeUndefined();
  });
});

describe('a request that an operation takes', () => {
  it('comes to its handler with its parameters and its body, and nothing else', async () => {
    const seen: object[] = [];
    behaviours.setFault = (request) => {
      seen.push(request);
      return { status: 200, body: { check: 'db', fault: request.body, until: '2026-11-21T08:00:00.000Z' } };
    };
    const fault = { kind: 'latency', delayMs: 5, ttlSeconds: 60 };
    expect(await ask('PUT', '/faults/d%62', fault)).toMatchObject({ status: 200 });
    expect(seen).toEqual([{ params: { check: 'db' }, body: expect.objectContaining(fault) }]);
  });

  it('by HEAD is answered as by GET: the server leaves the body out', async () => {
    behaviours.getMetrics = () => ({ status: 200, body: 'a 1\n' });
    expect(await ask('HEAD', '/metrics')).toEqual(await ask('GET', '/metrics'));
  });

  it('that simulates is answered in the words of the contract', async () => {
    expect(bodyOf(await ask('POST', '/simulate_db_failure'))).toEqual({
      message: 'Database connection simulated as failed',
    });
    expect(simulated).toEqual(['simulateDbFailure']);
  });

  it.each<[string, string, unknown, string]>([
    ['GET', '/checks/9lives', undefined, 'path/check must match pattern'],
    ['GET', '/checks/%2e%2e', undefined, 'path/check must match pattern'],
    ['GET', `/checks/${'a'.repeat(64)}`, undefined, 'path/check must match pattern'],
    ['GET', '/checks/a%00b', undefined, 'path/check must match pattern'],
    ['PUT', '/faults/db', undefined, "must have required property 'requestBody'"],
    [
      'PUT',
      '/faults/db',
      {},
      "requestBody must have required property 'kind', one of outage, hang, latency, flap, error",
    ],
    [
      'PUT',
      '/faults/db',
      { kind: 'chaos' },
      'requestBody/kind must be one of outage, hang, latency, flap, error, got "chaos"',
    ],
    ['PUT', '/faults/db', { kind: 7 }, 'requestBody/kind must be one of outage, hang, latency, flap, error, got 7'],
    ['PUT', '/faults/db', { kind: null }, 'flap, error, got null'],
    ['PUT', '/faults/db', [], 'requestBody must be object'],
    ['PUT', '/faults/db', 'outage', 'requestBody must be object'],
    ['PUT', '/faults/db', { kind: 'latency' }, "requestBody must have required property 'delayMs'"],
    ['PUT', '/faults/db', { kind: 'outage', delayMs: 5 }, 'requestBody must not have the property "delayMs"'],
    [
      'PUT',
      '/faults/db',
      { kind: 'latency', delayMs: 5, jiterMs: 5 },
      'requestBody must not have the property "jiterMs"',
    ],
    ['PUT', '/faults/db', { kind: 'outage', ttlSeconds: 0 }, 'requestBody/ttlSeconds must be >= 1'],
    ['PUT', '/faults/db', { kind: 'latency', delayMs: 0 }, 'requestBody/delayMs must be >= 1'],
    ['PUT', '/faults/db', { kind: 'flap', periodMs: 1e9 }, 'requestBody/periodMs must be <= 3600000'],
  ])('but cannot understand: %s %s with the body %j is told why', async (method, path, body, why) => {
    const answer = await ask(method, path, body);
    expect(answer).toMatchObject({ status: 400, headers: { 'Content-Type': 'application/problem+json' } });
    expect(bodyOf(answer).detail).toMatch(/^\S.*\(\S+\)$/);
    expect(bodyOf(answer).detail).toContain(why);
    expect(lines).toEqual([]);
  });

  it('is not changed by what its body inherits', async () => {
    const body = JSON.parse('{"kind":"outage","__proto__":{"ttlSeconds":1}}');
    expect((await ask('PUT', '/faults/db', body)).status).toBe(400);
    expect(({} as { ttlSeconds?: number }).ttlSeconds).toBeUndefined();
  });
});

describe('a handler', () => {
  it.each<[string, Behaviour]>([
    ['throws', raise(new Error('password=hunter2'))],
    ['throws a string', raise('password=hunter2')],
    ['throws nothing', raise(undefined)],
    ['rejects', () => Promise.reject(new Error('password=hunter2'))],
    ['rejects with nothing', () => Promise.reject()],
    ['answers nothing', () => undefined],
    ['answers null', () => null],
    ['answers a number', () => 200],
    ['answers an empty object', () => ({})],
    ['answers with an undeclared status', () => ({ status: 418, body: 'password=hunter2' })],
    ['answers without a body', () => ({ status: 200 })],
    ['answers with a wrong body', () => ({ status: 200, body: { password: 'hunter2' } })],
  ])('that %s gets its caller a 500 problem that gives nothing away, and itself a line in the log', async (_, does) => {
    const { answer, lines } = await handled(does);
    expect(answer.status).toBe(500);
    expect(bodyOf(answer)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'The answer would have broken the contract',
    });
    expect(lines).toMatchObject([{ level: 'error', fields: { operation: 'getMetrics' } }]);
  });

  it('may answer with a declared problem of its own', async () => {
    behaviours.getCheck = () => problem(404, 'No check is named nobody');
    expect(await ask('GET', '/checks/nobody')).toMatchObject({ status: 404 });
    expect(lines).toEqual([]);
  });

  it('that is missing gets its caller a 500 problem, and the log the name of the operation', async () => {
    expect(await ask('GET', '/docs')).toMatchObject({ status: 500 });
    expect(lines).toMatchObject([{ level: 'error', fields: { operation: 'getDocs' } }]);
  });
});

describe('the router', () => {
  it('leaves the document that it serves as it is', () => {
    expect(builtin.document.paths['/checks/{check}']).toMatchObject({
      parameters: [{ $ref: '#/components/parameters/CheckInPath' }],
    });
  });
});
