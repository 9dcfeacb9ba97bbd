import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenBucket } from '../../../src/base/token-bucket.ts';
import { createProbity, type Probity } from '../../../src/service/probity.ts';
import { recordingLog } from '../../support.ts';

const working = { checker: { check: async () => {}, explain: () => 'unavailable' as const } };
const ann = { name: 'ann', token: 'correct-horse-battery' };
const tokens = [ann, { name: 'bob', token: 'another-token-of-bob' }];
const { log, lines } = recordingLog();

let probity: Probity;
let port: number;

beforeAll(async () => {
  const access = { tokens, protect: ['checks', 'metrics', 'docs'] as const };
  probity = createProbity({ simulation: { liveness: true }, access, checks: { database: working }, log });
  ({ port } = await probity.listen(0, '0.0.0.0'));
});
afterAll(() => probity.stop());

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** As `fetch`, which sets Host and Origin by itself. */
function send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', method, path, headers, agent: false }, async (answer) => {
      const text = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode, headers: answer.headers, body: text });
    })
      .on('error', reject)
      .end(body);
  });
}

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const json = { 'Content-Type': 'application/json' };
const metric = async (reason: string): Promise<number> => {
  const { body } = await send('GET', '/metrics', bearer(ann.token));
  return Number(new RegExp(`refused_total\\{reason="${reason}"\\} (\\d+)`).exec(body)?.[1]);
};

// The bucket of refused attempts is one for all: what it gives is used up by the tests in their order.
describe('with tokens', () => {
  it.each(['/health', '/ready', '/startup', '/internal/alive', '/internal/ready'])('%s stays open', async (path) => {
    expect((await send('GET', path, { Host: 'evil.example', Origin: 'https://evil.example' })).status).toBeLessThan(
      300,
    );
  });

  it.each([
    ['no token', {}, 'missing_token'],
    ['another scheme', { Authorization: `Basic ${ann.token}` }, 'missing_token'],
    ['a wrong token', bearer('correct-horse-batterx'), 'wrong_token'],
    ['the beginning of a token', bearer('correct-horse-batter'), 'wrong_token'],
  ])('a request with %s is told to bring one', async (_, headers, reason) => {
    const before = await metric(reason);
    const answer = await send('PUT', '/faults/database', { ...json, ...headers }, '{"kind":"outage"}');
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(JSON.parse(answer.body)).toMatchObject({ title: 'Unauthorized', status: 401 });
    expect(await metric(reason)).toBe(before + 1);
    expect((await send('GET', '/ready')).status).toBe(200);
  });

  it('a token in the query is refused, be it right and in the header as well', async () => {
    expect((await send('GET', `/faults?access_token=${ann.token}`)).status).toBe(401);
    expect((await send('GET', `/faults?a=b&token=${ann.token}`, bearer(ann.token))).status).toBe(401);
  });

  it('a foreign page is refused, with a token as well', async () => {
    const foreign = { ...bearer(ann.token), Origin: 'https://evil.example' };
    expect((await send('DELETE', '/faults', foreign)).status).toBe(403);
    expect((await send('DELETE', '/faults', { ...bearer(ann.token), 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    );
  });

  it('a token opens everything under any Host, and its name stands beside what it did', async () => {
    const headers = { ...json, ...bearer(ann.token), Host: 'probity.example' };
    const set = await send('PUT', '/faults/database', headers, '{"kind":"outage","ttlSeconds":60}');
    expect(set.status).toBe(200);
    expect(JSON.parse(set.body)).toMatchObject({ check: 'database', by: 'ann', until: expect.any(String) });
    expect(JSON.parse((await send('GET', '/checks/database', headers)).body)).toMatchObject({
      simulated: true,
      fault: { kind: 'outage', by: 'ann', until: expect.any(String) },
    });
    expect((await send('GET', '/metrics', headers)).body).toContain(
      'probity_fault_active{check="database",kind="outage"} 1',
    );
    expect((await send('POST', '/simulate_db_recovery', bearer('another-token-of-bob'))).status).toBe(200);
    expect((await send('GET', '/ready')).status).toBe(200);
    const told = lines.filter(({ message }) => message.startsWith('simulated fault'));
    expect(told).toMatchObject([
      { level: 'warn', fields: { check: 'database', kind: 'outage', by: 'ann' }, message: 'simulated fault set' },
      { level: 'warn', fields: { check: 'database', by: 'bob' }, message: 'simulated fault cleared' },
    ]);
  });

  it.each(['/checks', '/checks/database', '/metrics', '/docs', '/openapi.json', '/'])(
    '%s is protected where that is asked for',
    async (path) => {
      expect((await send('GET', path, bearer(ann.token))).status).toBe(200);
      expect([401, 429]).toContain((await send('GET', path)).status);
    },
  );

  it('liveness is failed on purpose where that is allowed, and by an outage alone', async () => {
    const headers = { ...json, ...bearer(ann.token) };
    expect((await send('PUT', '/faults/liveness', headers, '{"kind":"hang"}')).status).toBe(400);
    expect((await send('PUT', '/faults/liveness', headers, '{"kind":"outage","ttlSeconds":60}')).status).toBe(200);
    expect(JSON.parse((await send('GET', '/health')).body)).toMatchObject({ status: 503, detail: 'Simulated failure' });
    expect(JSON.parse((await send('GET', '/checks', headers)).body)).toMatchObject({
      live: false,
      faults: [{ check: 'liveness', by: 'ann' }],
    });
    expect((await send('DELETE', '/faults', headers)).status).toBe(204);
    expect((await send('GET', '/health')).status).toBe(200);
  });

  it('too many refused attempts are put off, and whoever has a token is not', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => send('GET', '/faults')));
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThan(0);
    expect(late[0]?.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect((await send('GET', '/faults', bearer(ann.token))).status).toBe(200);
  });

  it('tokens are replaced while it runs, and wrong ones leave the old ones in force', async () => {
    const carol = { name: 'carol', token: 'third-token-of-carol' };
    const statusFor = async (token: string): Promise<number | undefined> =>
      (await send('GET', '/faults', bearer(token))).status;
    expect(() => probity.replaceTokens([carol, { name: 'dan', token: 'hunter2' }])).toThrow(/token `dan`/);
    expect(await statusFor(ann.token)).toBe(200);
    probity.replaceTokens([carol]);
    expect(await statusFor(carol.token)).toBe(200);
    expect([401, 429]).toContain(await statusFor(ann.token));
    probity.replaceTokens([]);
    expect([401, 429]).toContain(await statusFor(carol.token));
    expect([401, 429]).toContain((await send('GET', '/faults', { Host: 'localhost' })).status);
    probity.replaceTokens(tokens);
    expect(await statusFor(ann.token)).toBe(200);
  });

  it('no token stands in any log line', () => {
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toMatch(/correct-horse|another-token/);
  });
});

describe('access', () => {
  it.each([
    [
      { tokens: [{ name: 'ann', token: 'too-short' }] },
      /^Expected the token `ann` in `access.tokens` to be at least 16/,
    ],
    [{ tokens: [ann, ann] }, /^Expected one token named `ann`/],
  ])('with %j cannot be', (access, message) => {
    expect(() => createProbity({ access })).toThrow(message);
  });

  it.each([
    [{ simulation: true }, 'host', '0.0.0.0'],
    [{ access: { protect: ['metrics'] as const } }, 'host', '::'],
    [{ simulation: true, management: { port: 0, host: '0.0.0.0' } }, 'management.host', '127.0.0.1'],
  ])('with %j and without a token is for loopback alone', async (options, option, host) => {
    await expect(createProbity(options).listen(0, host)).rejects.toThrow(
      `Expected a loopback \`${option}\` or \`access.tokens\``,
    );
  });

  it('to liveness is refused where nobody asked for it', async () => {
    const calm = createProbity({ simulation: true, checks: { database: working } });
    const { port } = await calm.listen(0, '127.0.0.1');
    const answer = await fetch(`http://127.0.0.1:${port}/faults/liveness`, {
      method: 'PUT',
      headers: json,
      body: '{"kind":"outage"}',
    });
    expect(await answer.json()).toMatchObject({
      status: 404,
      detail: 'No check is named liveness: known are database',
    });
    await calm.stop();
  });
});

describe('a check that is called liveness', () => {
  it('is a check like any other where liveness is not to be failed on purpose', async () => {
    const named = createProbity({ simulation: true, checks: { liveness: working } });
    const { port } = await named.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${port}`;
    await fetch(`${url}/faults/liveness`, { method: 'PUT', headers: json, body: '{"kind":"outage"}' });
    expect([(await fetch(`${url}/health`)).status, (await fetch(`${url}/ready`)).status]).toEqual([200, 503]);
    await named.stop();
    expect(() => createProbity({ simulation: { liveness: true }, checks: { liveness: working } })).toThrow(
      'Expected no check named `liveness`',
    );
  });
});

describe('the bucket of refused attempts', () => {
  it('gives ten at once and one a second, and says how long to wait', () => {
    const bucket = createTokenBucket();
    for (let attempt = 0; attempt < 10; attempt += 1) expect(bucket.take(0)).toBe(0);
    expect(bucket.take(0)).toBe(1);
    expect(bucket.take(999)).toBe(1);
    expect(bucket.take(1_000)).toBe(0);
    expect(bucket.take(1_000)).toBe(1);
  });
});

describe('a management listener', () => {
  it('is opened once, however many ports there are for probes', async () => {
    const split = createProbity({ management: { port: 0, host: '127.0.0.1' } });
    const ports = [await split.listen(0, '127.0.0.1'), split.management(), await split.listen(0, '127.0.0.1')];
    expect(split.management()).toEqual(ports[1]);
    expect(new Set(ports.map((place) => place?.port)).size).toBe(3);
    await split.stop();
  });

  it('has everything, and the other one the probes alone', async () => {
    const options = { simulation: true, management: { port: 0, host: '127.0.0.1' }, checks: { database: working } };
    const split = createProbity(options);
    // The probes may be open to all: what is guarded by loopback is elsewhere.
    const main = `http://127.0.0.1:${(await split.listen(0, '0.0.0.0')).port}`;
    const management = `http://127.0.0.1:${split.management()?.port}`;
    for (const url of [main, management])
      for (const path of ['/health', '/startup']) expect((await fetch(url + path)).status).toBe(200);
    for (const path of ['/checks', '/metrics', '/docs', '/openapi.json', '/', '/faults']) {
      expect((await fetch(management + path)).status).toBe(200);
      expect((await fetch(main + path)).status).toBe(404);
    }
    const refused = await fetch(`${main}/health`, { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${main}/simulate_db_failure`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${management}/simulate_db_failure`, { method: 'POST' })).status).toBe(200);
    expect((await fetch(`${main}/ready`)).status).toBe(503);
    await split.stop();
  });
});
