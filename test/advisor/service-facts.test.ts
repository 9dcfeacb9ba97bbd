import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/advisor/service-facts.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { createContract } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import type { OpenApiDocument } from '../../src/contract/document.ts';
import { factsWith } from './support.ts';

const documents = join(import.meta.dirname, '../contract/documents');

/** A document with a GET for each path. */
function contractOf(operations: Record<string, { probe: unknown; body: boolean }>): ReturnType<typeof createContract> {
  const paths = Object.entries(operations).map(([path, { probe, body }]) => {
    const content = body ? { content: { 'text/plain': {} } } : {};
    return [path, { get: { 'x-probe': probe, responses: { 200: {}, 503: content } } }];
  });
  const document = { openapi: '3.1.1', info: {}, paths: Object.fromEntries(paths) };
  return createContract(document as unknown as OpenApiDocument, {});
}

describe('the operation to ask', () => {
  it('is the one whose failure tells why, as who reads of a failed probe asks it too', () => {
    const contract = contractOf({
      '/bare': { probe: 'readiness', body: false },
      '/telling': { probe: 'readiness', body: true },
      '/telling/too': { probe: 'readiness', body: true },
    });
    const paths = factsOf(defaultSettings, contract).probes.readiness.map(({ path }) => path);
    expect(paths).toEqual(['/telling', '/telling/too', '/bare']);
  });

  it('is one that looks at every check, if there is any', () => {
    const contract = contractOf({
      '/database': { probe: { probe: 'readiness', checks: ['database'] }, body: true },
      '/all': { probe: 'readiness', body: false },
    });
    expect(factsOf(defaultSettings, contract).probes.readiness.map(({ path }) => path)).toEqual(['/all', '/database']);
  });

  it('is one of a document of the user’s own, under the base path of its server', async () => {
    const load = (file: string): ReturnType<typeof loadContract> =>
      loadContract({ file: join(documents, file), merge: false, simulation: false, checks: ['database'] });
    const actuator = factsOf(defaultSettings, await load('actuator.yaml'));
    expect(actuator.probes.liveness[0]?.path).toBe('/actuator/health/liveness');
    const based = factsOf(defaultSettings, await load('base-path.yaml'));
    expect(based.probes.liveness).toEqual([{ kind: 'liveness', path: '/orders/v1/healthz' }]);
  });
});

it('leaves the operation that is about a sidecar itself to the sidecar', () => {
  expect(factsWith().probes.liveness.map(({ path, isAboutItself }) => [path, isAboutItself])).toEqual([
    ['/health', undefined],
    ['/internal/alive', undefined],
    ['/internal/self', true],
  ]);
});

describe('the interval that an answer depends on', () => {
  const checks = {
    slow: { kind: 'redis', url: 'redis://cache', interval: '30s' },
    fast: { kind: 'redis', url: 'redis://cache', interval: '2s' },
    idle: { kind: 'redis', url: 'redis://cache', interval: '1s', requiredFor: 'nothing' },
  } as const;

  it('is the shortest of the checks that readiness needs', () => {
    expect(factsWith({ checks }).probes.readiness[0]).toEqual({ kind: 'readiness', path: '/ready', intervalMs: 2_000 });
    expect(factsWith({ checks }).probes.liveness[0]).toEqual({ kind: 'liveness', path: '/health' });
  });

  it('is that of the checks to which a probe is narrowed', () => {
    const contract = contractOf({ '/slow': { probe: { probe: 'readiness', checks: ['slow'] }, body: true } });
    expect(factsOf({ ...defaultSettings, checks }, contract).probes.readiness[0]?.intervalMs).toBe(30_000);
  });
});

it('a deadline before the end of the drain is refused, as the service refuses it', () => {
  expect(() => factsWith({ shutdown: { drainDelay: '30s', deadline: '25s' } })).toThrow(
    'Expected `shutdown.deadline` to be longer than `drainDelay` (30000ms), got `25000ms`',
  );
});
