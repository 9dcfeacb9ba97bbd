import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config/settings.ts';
import { inFolder, mistakeOf } from './read.ts';

interface Setting {
  readonly path: readonly [string, string];
  readonly variable: string;
  readonly values: readonly unknown[];
  readonly wrong: string;
}

/** Every setting of a section that a variable can give, with values that are right and one that is wrong. */
const settings: readonly Setting[] = [
  { path: ['fleet', 'redis'], variable: 'FLEET_REDIS_URL', values: ['redis://a', 'redis://b'], wrong: 'http://a' },
  { path: ['fleet', 'name'], variable: 'FLEET_NAME', values: ['shop', 'bank'], wrong: '1 2' },
  { path: ['management', 'port'], variable: 'MANAGEMENT_PORT', values: [1, 9000], wrong: '80a' },
  { path: ['management', 'host'], variable: 'MANAGEMENT_HOST', values: ['127.0.0.1', '::1'], wrong: 'a b' },
  { path: ['log', 'level'], variable: 'LOG_LEVEL', values: ['warn', 'debug'], wrong: 'loud' },
  { path: ['shutdown', 'drainDelay'], variable: 'DRAIN_DELAY', values: ['1s', '2s'], wrong: '5' },
  { path: ['simulation', 'enabled'], variable: 'SIMULATION', values: [true, false], wrong: 'yes' },
];
/** What the file alone can say. */
const others: readonly Omit<Setting, 'variable'>[] = [
  { path: ['simulation', 'liveness'], values: [true, false], wrong: 'yes' },
  { path: ['shutdown', 'deadline'], values: ['10s', '20s'], wrong: '5' },
  { path: ['access', 'protect'], values: [['metrics'], ['docs']], wrong: 'docs' },
];

const defaults: Readonly<Record<string, unknown>> = {
  'log.level': 'info',
  'shutdown.drainDelay': '5s',
  'shutdown.deadline': '25s',
  'simulation.enabled': false,
};

const fromFile = [...settings, ...others];
const keyOf = ({ path }: Omit<Setting, 'variable'>): string => path.join('.');
const choices = (among: readonly Omit<Setting, 'variable'>[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(among.map((one) => [keyOf(one), fc.constantFrom(...one.values)])), { requiredKeys: [] });

type Said = Readonly<Record<string, unknown>>;

function fileOf(said: Said): string {
  const content: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of Object.entries(said)) {
    const [section = '', name = ''] = key.split('.');
    content[section] = { ...content[section], [name]: value };
  }
  return stringify(content);
}
const environmentOf = (said: Said): Record<string, string> =>
  Object.fromEntries(settings.flatMap((one) => (keyOf(one) in said ? [[one.variable, String(said[keyOf(one)])]] : [])));
const load = (file: Said, env: Said) =>
  inFolder({ 'probity.yaml': fileOf(file) }, (folder) => loadSettings({ folder, env: environmentOf(env) }));

const complete = (said: Said): boolean =>
  !('fleet.name' in said && !('fleet.redis' in said)) && !('management.host' in said && !('management.port' in said));

describe('a file and the environment', () => {
  test('say each setting by itself, and the environment wins', async () => {
    await fc.assert(
      fc.asyncProperty(choices(fromFile), choices(settings), async (file, env) => {
        const expected = { ...file, ...env };
        fc.pre(complete(expected));
        const { logLevel, simulation, ...loaded } = await load(file, env);
        const found: Readonly<Record<string, unknown>> = {
          ...loaded,
          log: { level: logLevel },
          simulation: typeof simulation === 'boolean' ? { enabled: simulation } : simulation,
        };
        for (const one of fromFile) {
          const [section, name] = one.path;
          const value = (found[section] as Said | undefined)?.[name];
          const otherwise = keyOf(one) === 'simulation.enabled' && expected['simulation.liveness'] !== undefined;
          expect([keyOf(one), value]).toEqual([
            keyOf(one),
            expected[keyOf(one)] ?? (otherwise ? undefined : defaults[keyOf(one)]),
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('have a mistake where it stands', async () => {
    const wrong = fc.constantFrom(...fromFile);
    await fc.assert(
      fc.asyncProperty(choices(fromFile), choices(settings), wrong, fc.boolean(), async (file, env, one, inFile) => {
        const isInFile = inFile || !('variable' in one);
        const mistaken = { ...(isInFile ? file : env), [keyOf(one)]: one.wrong };
        const [inForce, given] = isInFile ? [mistaken, env] : [file, mistaken];
        fc.pre(complete({ ...inForce, ...given }));
        const message = await mistakeOf(load(inForce, given));
        if (isInFile) {
          const line =
            fileOf(inForce)
              .split('\n')
              .findIndex((text) => text.includes(one.wrong)) + 1;
          expect(message).toMatch(new RegExp(`^probity\\.yaml:${line}:\\d+: ${keyOf(one)}: expected `));
        } else {
          expect(message).toMatch(new RegExp(`^environment variable ${(one as Setting).variable}: expected `));
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['FLEET_NAME', 'FLEET_REDIS_URL, or `fleet.redis`'],
    ['MANAGEMENT_HOST', 'MANAGEMENT_PORT, or `management.port`'],
  ])('make %s a mistake where it could have no effect', async (variable, needed) => {
    const expected = `environment variable ${variable}: has no effect without ${needed} in a file`;
    const env = { [variable]: 'shop' };
    const without = (files: Record<string, string>) =>
      mistakeOf(inFolder(files, (folder) => loadSettings({ folder, env })));
    expect(await without({})).toBe(expected);
    expect(await without({ 'probity.yaml': 'port: 1' })).toBe(expected);
  });

  test.each(['fleet: { name: shop }', 'management: { host: "::1" }'])(
    'leave %s a mistake of the file',
    async (text) => {
      const name = text.split(':')[0];
      const env = { FLEET_NAME: 'bank', MANAGEMENT_HOST: 'localhost' };
      const loaded = inFolder({ 'probity.yaml': `port: 1\n${text}` }, (folder) =>
        loadSettings({ folder, env: { [name === 'fleet' ? 'FLEET_NAME' : 'MANAGEMENT_HOST']: env.FLEET_NAME } }),
      );
      expect(await mistakeOf(loaded)).toMatch(new RegExp(`^probity.yaml:2:\\d+: ${name}: missing key`));
    },
  );

  test.each([
    ['management: 5', { MANAGEMENT_PORT: '1' }, 'management: expected a mapping, got 5'],
    [
      'simulation: { livenes: true }',
      { SIMULATION: 'true' },
      'simulation: unknown key `livenes`, did you mean `liveness`?',
    ],
    ['simulation: 1', { SIMULATION: 'true' }, 'simulation: expected true or false, got 1'],
    ['port: 80a', { PORT: '80' }, 'port: expected a whole number from 0 to 65535, got "80a"'],
  ])('hide no mistake of the file: %s with %j', async (text, env, problem) => {
    const loaded = inFolder({ 'probity.yaml': text }, (folder) => loadSettings({ folder, env }));
    expect((await mistakeOf(loaded)).replace(/^probity\.yaml:1:\d+: /, '')).toBe(problem);
  });
});
