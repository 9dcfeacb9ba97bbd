import { afterEach, describe, expect, it } from 'vitest';
import { rangeError, typeError } from '../../src/base/errors.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { createProbity, type Probity } from '../../src/index.ts';

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

const token = '0123456789abcdef';

describe('a value that an option cannot have is refused', () => {
  it.each<[object, string]>([
    [{ checks: null }, 'Expected `checks` to be an object, got `null`'],
    [{ checks: [] }, 'Expected `checks` to be an object, got ``'],
    [{ probes: 'readiness' }, 'Expected `probes` to be an object, got `readiness`'],
    [{ probes: { readiness: 'database' } }, 'Expected `probes.readiness` to be a list, got `database`'],
    [{ probes: { startup: null } }, 'Expected `probes.startup` to be a list, got `null`'],
    [{ simulation: { enabled: 'false' } }, 'Expected `simulation.enabled` to be true or false, got `false`'],
    [{ simulation: { liveness: 1 } }, 'Expected `simulation.liveness` to be true or false, got `1`'],
    [{ access: { tokens: `ci:${token}` } }, 'Expected `access.tokens` to be a list'],
    [{ access: { protect: 'checks' } }, 'Expected `access.protect` to be a list'],
    [{ management: {} }, 'Expected `management.port` to be a whole number from 0 to 65535, got `undefined`'],
    [{ management: { port: '8081' } }, 'Expected `management.port` to be a whole number from 0 to 65535, got `8081`'],
    [{ management: { port: 65_536 } }, 'Expected `management.port` to be a whole number from 0 to 65535, got `65536`'],
    [{ management: { port: 0, host: 1 } }, 'Expected `management.host` to be a string, got `1`'],
    [
      { contract: 'open\napi.yaml' },
      'Expected `contract` to be what `loadContract` resolves to, got `open\\u{a}api.yaml`',
    ],
    [{ contract: null }, 'Expected `contract` to be what `loadContract` resolves to, got `null`'],
    [{ heartbeats: ['consumer'] }, 'Expected `heartbeats` to be an object, got `consumer`'],
    [{ explicitStart: 'false' }, 'Expected `explicitStart` to be true or false, got `false`'],
    [{ shutdown: { uncaughtErrors: 'no' } }, 'Expected `shutdown.uncaughtErrors` to be true or false, got `no`'],
    [{ shutdown: { signals: 'SIGHUP' } }, 'Expected `shutdown.signals` to be a list, got `SIGHUP`'],
    [
      { log: { info() {} } },
      'Expected `log` to be an object with the functions debug, info, warn and error, or false, got `[object Object]`',
    ],
  ])('%j', (options, message) => {
    expect(() => create(options)).toThrow(typeError('PROBITY_OPTION', message));
  });

  it.each([[[{ token }]], [[{ name: '', token }]], [[null]]])(
    'a token without a name, which would open nothing: %j',
    (tokens) => {
      expect(() => create({ access: { tokens } })).toThrow('to be a list of tokens that have a name each');
      expect(() => create({}).replaceTokens(tokens as never)).toThrow('to be a list of tokens that have a name each');
    },
  );
});

describe('an option that is undefined is left out', () => {
  it.each([
    ...['checks', 'probes', 'simulation', 'access', 'management', 'fleet', 'contract', 'maxEventLoopDelay'],
    ...['heartbeats', 'explicitStart', 'shutdown', 'log'],
  ])('%s', (name) => {
    expect(() => create({ [name]: undefined })).not.toThrow();
  });

  it('within others as well', () => {
    const probes = { readiness: undefined, startup: undefined };
    expect(() => create({ probes, shutdown: { signals: undefined }, access: { tokens: undefined } })).not.toThrow();
  });
});

it.each([
  [undefined, 'undefined'],
  ['', ''],
  [' \n', ' \\u{a}'],
])('a reason to fail that says nothing is refused in one line: %j', (reason, got) => {
  const probity = create({});
  expect(() => probity.fail(reason as string)).toThrow(
    rangeError('PROBITY_OPTION', `Expected a \`reason\` in words, got \`${got}\``),
  );
});

it('a reason of several lines, as errors have, is one of one line', async () => {
  const probity = create({});
  probity.fail('Out of luck:\n  no more');
  const { port } = await probity.listen(0, '127.0.0.1');
  expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({
    detail: 'Out of luck: no more',
  });
  await probity.stop();
});

it('a duration may be a number of milliseconds wherever there is one', async () => {
  const pool = { connect: () => Promise.reject(new Error('nobody')), on() {}, off() {} };
  const probity = create({
    checks: { database: postgres(pool as never, { interval: 5_000, timeout: 900, staleAfter: 20_000 }) },
    maxEventLoopDelay: 9_000,
    heartbeats: { worker: 60_000 },
    shutdown: { drainDelay: 10, deadline: 5_000 },
  });
  probity.heartbeat('loop', 30_000)();
  await probity.stop();
});
