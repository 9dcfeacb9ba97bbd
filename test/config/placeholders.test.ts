import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withPlaceholders } from '../../src/config/placeholders.ts';
import { loadSettings } from '../../src/config/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'probity-placeholders-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'probity.yaml');
async function loaded(text: string, env: NodeJS.ProcessEnv = {}): ReturnType<typeof loadSettings> {
  writeFileSync(file, text);
  return loadSettings({ file, env: await withPlaceholders(file, env) });
}

describe('a configuration whose variables have no value', () => {
  it('can be read for its times', async () => {
    const { checks, fleet, access } = await loaded(`
checks:
  database: { kind: postgres, url: "\${DATABASE_URL}", interval: 7s }
  cache: { kind: redis, url: "redis://:\${PASSWORD}@cache:6379" }
  queue: { kind: rabbitmq, url: "\${AMQP_URL}" }
  partner: { kind: http, url: "\${PARTNER:-http://partner/}" }
fleet: { redis: "\${FLEET}" }
access: { tokens: [{ name: me, token: "\${TOKEN}" }] }
`);
    expect(checks).toMatchObject({ database: { interval: '7s', url: 'postgres://unset.invalid/' } });
    expect(checks.cache).toMatchObject({ url: 'redis://:unset@cache:6379' });
    expect(checks.partner).toMatchObject({ url: 'http://partner/' });
    expect(fleet?.redis).toBe('redis://unset.invalid/');
    expect(access?.tokens).toHaveLength(1);
  });

  it('has the value of what is set, and lacks what is no URL and no token', async () => {
    const text = `checks: { database: { kind: postgres, url: "\${DATABASE_URL}", interval: "\${EVERY}" } }`;
    await expect(loaded(text)).rejects.toThrow('environment variable EVERY is not set');
    const { checks } = await loaded(text, { DATABASE_URL: 'postgres://db/app', EVERY: '3s' });
    expect(checks.database).toMatchObject({ url: 'postgres://db/app', interval: '3s' });
  });

  it('is told of its mistakes when it is read for good', async () => {
    await expect(loaded('a: [1')).rejects.toThrow(':1:');
    await expect(loaded('checks: 1')).rejects.toThrow('checks');
  });
});
