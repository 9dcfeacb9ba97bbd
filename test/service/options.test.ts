import { afterEach, describe, expect, it } from 'vitest';
import { typeError } from '../../src/base/errors.ts';
import { createProbity, custom, http, type Log, type Probity, postgres, rabbitmq, redis } from '../../src/index.ts';

const made: Probity[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((probity) => probity.stop()));
});

/** With options of no type, as JavaScript hands them over. */
function create(options: object): Probity {
  const probity = createProbity(options);
  made.push(probity);
  return probity;
}

const pool = { connect() {}, on() {}, options: {} } as never;
const client = { ping() {}, on() {} } as never;
const connection = { createChannel() {}, on() {} } as never;
const any = (options: object): never => options as never;
const run = 'label, requiredFor, interval, timeout, staleAfter, failAfter, recoverAfter, canary, certificateDays';

describe('an option that there is none of is refused, with the nearest name', () => {
  it.each([
    [{ cheks: {} }, 'Unknown option `cheks`, did you mean `checks`?'],
    [{ explicitstart: true }, 'Unknown option `explicitstart`, did you mean `explicitStart`?'],
    [{ management: { prot: 1 } }, 'Unknown option `management.prot`, did you mean `management.port`?'],
    [{ fleet: { redis: 'redis://h', nmae: 'x' } }, 'Unknown option `fleet.nmae`, did you mean `fleet.name`?'],
    [{ access: { token: [] } }, 'Unknown option `access.token`, did you mean `access.tokens`?'],
    [
      { shutdown: { drain: '5s' } },
      'Unknown option `shutdown.drain`, known are drainDelay, deadline, uncaughtErrors, signals',
    ],
    [{ simulation: { enable: true } }, 'Unknown option `simulation.enable`, did you mean `simulation.enabled`?'],
    [{ simulation: 'false' }, 'Expected `simulation` to be an object'],
    [{ shutdown: '5s' }, 'Expected `shutdown` to be an object'],
    [
      { checks: { database: { ...custom(async () => {}), intervall: '1s' } } },
      'Unknown option `checks.database.intervall`, did you mean `checks.database.interval`?',
    ],
  ])('%j', (options, message) => {
    const code = message.startsWith('Unknown') ? 'PROBITY_UNKNOWN_OPTION' : 'PROBITY_OPTION';
    expect(() => create(options)).toThrow(typeError(code, message));
  });

  it.each<[string, () => unknown, string]>([
    ['postgres', () => postgres('postgres://h/db', any({ writeable: true })), 'did you mean `writable`?'],
    ['postgres with a pool', () => postgres(pool, any({ escalteAfter: '1m' })), 'did you mean `escalateAfter`?'],
    [
      'postgres at a URL',
      () => postgres('postgres://h/db', any({ escalateAfter: '1m' })),
      `known are writable, tls, ${run}`,
    ],
    ['redis', () => redis('redis://h', any({ Timeout: '1s' })), 'did you mean `timeout`?'],
    ['redis with a client', () => redis(client, any({ failafter: 1 })), 'did you mean `failAfter`?'],
    ['rabbitmq', () => rabbitmq('amqp://h', any({ requiredfor: 'nothing' })), 'did you mean `requiredFor`?'],
    ['rabbitmq with a connection', () => rabbitmq(connection, any({ writable: true })), 'known are escalateAfter, url'],
    ['http', () => http('http://h', any({ statuses: [200] })), 'did you mean `status`?'],
    ['custom', () => custom(async () => {}, any({ lable: 'x' })), 'did you mean `label`?'],
  ])('by %s', (_, make, hint) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^Unknown option `/);
    expect(make).toThrow(hint);
  });

  it('by listen()', async () => {
    await expect(create({}).listen(0, any({ isolated: true }))).rejects.toThrow('did you mean `isolate`?');
  });

  it('but not one that is undefined, and none that there is', () => {
    expect(() => create({ cheks: undefined, checks: { own: custom(async () => {}, { label: 'Own' }) } })).not.toThrow();
    expect(() => redis('redis://h', any({ writable: undefined, escalateAfter: undefined }))).not.toThrow();
  });
});

describe('an option of the wrong kind is refused', () => {
  it.each([
    [() => redis('redis://h', any({ writable: 'yes' })), 'Expected `writable` to be true or false, got `yes`'],
    [() => custom(any({})), 'Expected an async function, got `[object Object]`'],
    [
      () => create({ checks: { own: custom(async () => {}, any({ requiredFor: 'live' })) } }),
      'Expected `checks.own.requiredFor` to be readiness, startup or nothing, got `live`',
    ],
  ])('%#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('the facts that a check gives', () => {
  it('are shown in /checks, also by one that fails, behind its access, and in no answer of a probe', async () => {
    const facts = { version: 'sixteen-point-three', lagMs: 12, primary: true };
    const probity = create({
      access: { tokens: [{ name: 'ann', token: 'a'.repeat(20) }], protect: ['checks'] },
      checks: {
        up: async () => ({ facts: { ...facts, secret: { deep: 'hunter2' } } }),
        down: custom(async () => ({ status: 'down', facts: { lagMs: 90_000 } }), { failAfter: 1 }),
        plain: async () => {},
      },
    });
    const { port } = await probity.listen(0, '127.0.0.1');
    const ask = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const authorization = `Bearer ${'a'.repeat(20)}`;
    await expect
      .poll(
        async () => {
          const { checks } = (await (await ask('/checks', { authorization })).json()) as {
            checks: { check: string; facts?: object; status: string }[];
          };
          return checks.map(({ check, status, facts }) => [check, status, facts]);
        },
        { timeout: 10_000 },
      )
      .toEqual([
        ['up', 'up', facts],
        ['down', 'down', { lagMs: 90_000 }],
        ['plain', 'up', undefined],
      ]);
    expect((await ask('/checks')).status).toBe(401);
    for (const path of ['/ready', '/health', '/metrics'])
      expect(await (await ask(path)).text()).not.toMatch(/sixteen-point-three|lagMs|primary/);
  });
});

describe('a service that watches nothing', () => {
  const warnings: string[] = [];
  const log: Log = { debug() {}, info() {}, error() {}, warn: (_, message) => void warnings.push(message) };
  const started = (options: object): readonly string[] => {
    warnings.length = 0;
    const probity = create({ log, ...options });
    probity.start();
    probity.start();
    return [...warnings];
  };

  it('is warned of, once', () => {
    const warning = 'nothing is watched: createProbity was given neither `checks` nor a heartbeat';
    expect(started({})).toEqual([warning]);
  });

  it.each([[{ checks: {} }], [{ checks: { own: async () => {} } }], [{ heartbeats: { consumer: '1m' } }]])(
    'is meant with %j',
    (options) => {
      expect(started(options)).toEqual([]);
    },
  );

  it('is none with a heartbeat that is promised before the start', () => {
    warnings.length = 0;
    const probity = create({ log });
    probity.heartbeat('consumer', '1m');
    probity.start();
    expect(warnings).toEqual([]);
  });
});
