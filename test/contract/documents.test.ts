import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/contract/contract.ts';
import { isServed } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { rulesOf } from '../../src/health/rules.ts';
import { prove } from '../../src/probes/proof.ts';

const checks = ['database', 'cache'].map((name) => ({ name, rules: rulesOf(name, {}) }));

const load = (file: string, merge = false): Promise<Contract> =>
  loadContract({
    file: `test/contract/documents/${file}`,
    merge,
    simulation: true,
    checks: checks.map(({ name }) => name),
  });

/** What each probe answers while all is well, and while the database is down. */
async function answers(file: string): Promise<Record<string, unknown[]>> {
  const samples = prove(await load(file), checks);
  const told = (state: string): [string, unknown][] =>
    samples
      .filter((sample) => sample.state === state)
      .map(({ operation, answer }) => [
        operation.path,
        answer.body === undefined ? answer.status : [answer.status, parsed(String(answer.body))],
      ]);
  const down = new Map(told('database is down'));
  return Object.fromEntries(told('all is well').map(([path, answer]) => [path, [answer, down.get(path)]]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('a document of the user’s own', () => {
  it.each<[string, Record<string, unknown[]>]>([
    [
      'actuator.yaml',
      {
        '/actuator/health': [
          [200, { status: 'UP', components: { database: { status: 'UP' }, cache: { status: 'UP' } } }],
          [503, { status: 'DOWN', components: { database: { status: 'DOWN', details: { reason: 'unavailable' } } } }],
        ],
        '/actuator/health/liveness': [
          [200, { status: 'UP' }],
          [200, { status: 'UP' }],
        ],
      },
    ],
    [
      'microprofile.yaml',
      {
        '/health/live': [
          [200, { status: 'UP', checks: [] }],
          [200, { status: 'UP', checks: [] }],
        ],
        '/health/ready': [
          [
            200,
            {
              status: 'UP',
              checks: [
                { name: 'database', status: 'UP' },
                { name: 'cache', status: 'UP' },
              ],
            },
          ],
          [503, { status: 'DOWN', checks: [{ name: 'database', status: 'DOWN', data: { reason: 'unavailable' } }] }],
        ],
        '/health/started': [
          [
            200,
            {
              status: 'UP',
              checks: [
                { name: 'database', status: 'UP' },
                { name: 'cache', status: 'UP' },
              ],
            },
          ],
          [200, { status: 'UP', checks: [{ name: 'database', status: 'DOWN', data: { reason: 'unavailable' } }] }],
        ],
      },
    ],
    [
      'health-json.yaml',
      {
        '/health': [
          [
            200,
            {
              status: 'pass',
              version: '1.4.2',
              description: 'Payments',
              checks: {
                database: [{ componentId: 'database', status: 'pass' }],
                cache: [{ componentId: 'cache', status: 'pass' }],
              },
            },
          ],
          [
            503,
            {
              status: 'fail',
              version: '1.4.2',
              description: 'Payments',
              output: 'Database not available',
              checks: { database: [{ componentId: 'database', status: 'fail', output: 'unavailable' }] },
            },
          ],
        ],
      },
    ],
    [
      'kube-apiserver.yaml',
      {
        '/livez': [
          [200, 'ok'],
          [200, 'ok'],
        ],
        '/readyz': [
          [200, '[+]database ok\n[+]cache ok\nreadiness check passed\n'],
          [500, '[-]database failed: unavailable\nreadiness check failed\n'],
        ],
      },
    ],
    ['faststream.yaml', { '/internal/alive': [204, 204], '/internal/ready': [204, 500] }],
    [
      'fastapi.json',
      {
        '/health': [
          [200, { status: 'up' }],
          [200, { status: 'up' }],
        ],
        '/ready': [
          [200, { status: 'ready' }],
          [503, { detail: 'Database not available' }],
        ],
      },
    ],
    [
      'nullable.yaml',
      {
        '/status': [
          [200, { healthy: true, error: null, failures: [{ reason: null }, { reason: null }] }],
          [503, { healthy: false, error: 'Database not available', failures: [{ reason: 'unavailable' }] }],
        ],
      },
    ],
    [
      'split/openapi.yaml',
      {
        '/ready': [
          [200, { state: 'green' }],
          [503, { state: 'red' }],
        ],
        '/alive': [204, 204],
      },
    ],
    [
      'base-path.yaml',
      {
        '/orders/v1/healthz': [
          [200, { status: 'ok' }],
          [200, { status: 'ok' }],
        ],
      },
    ],
    ['secured.yaml', { '/readyz': [204, 503] }],
    [
      'one-of.yaml',
      {
        '/ready': [
          [200, { ok: true }],
          [503, { ok: false, why: 'Database not available' }],
        ],
      },
    ],
  ])('%s is answered in its own words', async (file, expected) => {
    expect(await answers(file)).toEqual(expected);
  });

  it('leaves operations without an extension alone', async () => {
    const contract = await load('base-path.yaml');
    const unserved = contract.operations.filter((operation) => !isServed(contract, operation));
    expect(unserved.map(({ path }) => path)).toEqual(['/orders/v1/orders/{id}']);
  });

  it('can be served beside the built-in one, whose operations stay where they are', async () => {
    const contract = await load('base-path.yaml', true);
    const served = contract.operations.filter((operation) => isServed(contract, operation)).map(({ path }) => path);
    expect(served).toEqual(expect.arrayContaining(['/orders/v1/healthz', '/health', '/checks', '/docs']));
    expect(() => prove(contract, checks)).not.toThrow();
  });

  it('wins over the built-in one where both declare a path, also by the same names', async () => {
    const contract = await load('merge-own-health.yaml', true);
    const served = contract.operations.filter((operation) => isServed(contract, operation));
    const at = (path: string) => served.filter((operation) => operation.path === path).map(({ id }) => id);
    expect(['/health', '/docs', '/checks', '/openapi.json'].map(at)).toEqual([
      ['getHealth'],
      [],
      ['listChecks'],
      ['getContract'],
    ]);
    expect(contract.displaced).toEqual(['/health', '/docs']);
    const statuses = prove(contract, checks).filter(({ operation }) => operation.path === '/health');
    expect(new Set(statuses.map(({ answer }) => answer.status))).toEqual(new Set([204, 503]));
  });

  it('narrows a probe to the checks that it names', async () => {
    const samples = prove(await load('secured.yaml'), checks);
    const statuses = Object.fromEntries(samples.map(({ state, answer }) => [state, answer.status]));
    expect(statuses).toMatchObject({ 'database is down': 503, 'cache is down': 204 });
  });
});

describe('a document that cannot be honoured', () => {
  it.each(globSync('test/contract/documents/refused/*').sort())('%s is refused, with the place', async (file) => {
    const name = file.replace('test/contract/documents/', '');
    const refused = (async () => prove(await load(name, name.includes('merge')), checks))();
    await expect(refused).rejects.toThrowErrorMatchingSnapshot();
  });
});
