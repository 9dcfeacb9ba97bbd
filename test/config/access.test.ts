// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is written in a file
import { expect, test } from 'vitest';
import { loadSettings } from '../../src/config/settings.ts';
import { inFolder, mistakeOf } from './read.ts';

const load = (text: string, env: NodeJS.ProcessEnv = {}, files: Record<string, string> = {}) =>
  inFolder({ 'probity.yaml': text, ...files }, (folder) => loadSettings({ folder, env }));
const mistake = (text: string, env: NodeJS.ProcessEnv = {}) => mistakeOf(load(text, env));

const ann = { name: 'ann', token: 'correct-horse-battery' };
const bob = { name: 'bob', token: 'another-token-of-bob' };

test('simulation may say more than yes or no', async () => {
  expect(await load('simulation: { liveness: true }')).toMatchObject({ simulation: { liveness: true } });
  expect(await load('simulation: { liveness: true }', { SIMULATION: 'false' })).toMatchObject({
    simulation: { enabled: false, liveness: true },
  });
  expect(await mistake('simulation: { livenes: true }')).toMatch(/unknown key `livenes`, did you mean `liveness`\?$/);
  expect(await mistake('simulation: 1')).toMatch(/: simulation: expected true or false, got 1$/);
});

test('tokens stand in the configuration, in the environment, or in a file', async () => {
  const written = 'access:\n  tokens: [{ name: ann, token: "${ANN}" }]\n  protect: [metrics]\n';
  const access = { tokens: [ann], protect: ['metrics'] };
  expect(await load(written, { ANN: ann.token })).toMatchObject({ access });
  const given = { ANN: ann.token, PROBITY_TOKENS: `ann:${ann.token}, bob:${bob.token}` };
  expect(await load(written, given)).toMatchObject({ access: { tokens: [ann, bob], protect: ['metrics'] } });
  const filed = { tokens: `# who may\nann:${ann.token}\nbob:${bob.token}\n` };
  expect(await load('access: { tokensFile: tokens }', {}, filed)).toMatchObject({ access: { tokens: [ann, bob] } });
});

test.each([
  ['access: { tokens: [{ name: ann, token: hunter2 }] }', {}],
  ['{}', { PROBITY_TOKENS: 'ann:hunter2' }],
  ['{}', { PROBITY_TOKENS: 'hunter2-without-a-name' }],
  ['{}', { PROBITY_TOKENS_FILE: 'nowhere' }],
  ['fleet: { redis: "redis://:hunter2@a:b:c" }', {}],
  ['fleet: { redis: "hunter2" }', {}],
  ['{}', { FLEET_REDIS_URL: 'redis+sentinel://:hunter2@a' }],
])('%s with %j is a mistake that shows no secret', async (text, env) => {
  const message = await mistake(text, env);
  expect(message).toMatch(/expected|cannot be read/);
  expect(message).not.toContain('hunter2');
});

test('the environment says where management and fleet are', async () => {
  const env = {
    MANAGEMENT_PORT: '9000',
    MANAGEMENT_HOST: '127.0.0.1',
    FLEET_REDIS_URL: 'redis://a',
    FLEET_NAME: 'shop',
  };
  expect(await load('management: { port: 1 }', env)).toMatchObject({
    management: { port: 9000, host: '127.0.0.1' },
    fleet: { redis: 'redis://a', name: 'shop' },
  });
});
