import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, createConfig } from '../../generated/client/client/index.ts';
import {
  getAlive,
  getCheck,
  getReadiness,
  listChecks,
  simulateDbFailure,
  simulateDbRecovery,
} from '../../generated/client/index.ts';
import { createProbity, type Probity } from '../../src/service/probity.ts';

let probity: Probity;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  const checker = { check: async () => {}, explain: () => 'unavailable' as const };
  probity = createProbity({ simulation: true, checks: { database: { checker } } });
  const { port } = await probity.listen(0, '127.0.0.1');
  client = createClient(createConfig({ baseUrl: `http://127.0.0.1:${port}` }));
});
afterAll(() => probity.stop());

describe('the generated client', () => {
  it('tells success from failure by the types of the contract', async () => {
    expect((await simulateDbFailure({ client })).data?.message).toBe('Database connection simulated as failed');
    const { data, error, response } = await getReadiness({ client });
    expect(response?.status).toBe(503);
    expect(data).toBeUndefined();
    expect(error).toMatchObject({ status: 503, detail: 'Database not available' });
    expect((await simulateDbRecovery({ client })).data?.message).toBe('Database connection simulated as recovered');
    const ready = await getReadiness({ client });
    // The literal type of the contract: another word would not compile.
    const status: 'ready' | undefined = ready.data?.status;
    expect(status).toBe('ready');
  });

  it('reads answers without a body', async () => {
    const { response } = await getAlive({ client });
    expect(response?.status).toBe(204);
  });

  it('reads the details', async () => {
    const { data } = await listChecks({ client });
    expect(data?.checks.map(({ check }) => check)).toEqual(['database']);
    const unknown = await getCheck({ client, path: { check: 'nobody' } });
    expect(unknown.error?.detail).toBe('No check is named nobody: known are database');
  });
});
