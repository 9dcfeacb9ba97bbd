import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { lint } from '../../src/advisor/lint.ts';
import { factsWith } from './support.ts';

const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, 0, -1, 8000, 1e30, '', '8000', '30s', '/ready', 'http', '$' + '{X}', 'NONE'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('name', 'path', 'port', 'command', 'value', 'target', 'seconds', '<<'), tie('value')),
  ),
})).value;

const probe = fc.dictionary(
  fc.constantFrom(
    'httpGet',
    'exec',
    'tcpSocket',
    'periodSeconds',
    'timeoutSeconds',
    'failureThreshold',
    'test',
    'retries',
  ),
  anything,
);
const container = fc.dictionary(
  fc.constantFrom(
    ...['name', 'image', 'env', 'envFrom', 'ports', 'command', 'args', 'lifecycle', 'restartPolicy', 'livenessProbe'],
    ...['readinessProbe', 'startupProbe', 'healthcheck', 'depends_on', 'environment', 'stop_grace_period', 'expose'],
  ),
  fc.oneof(anything, probe),
);

const facts = factsWith();

it('says something of whatever there is, and throws nothing', () => {
  const spec = fc.record({
    containers: fc.array(fc.oneof(container, anything), { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 2 }),
    terminationGracePeriodSeconds: anything,
  });
  const services = fc.dictionary(fc.constantFrom('app', 'db', 'web'), fc.oneof(container, anything), { minKeys: 1 });
  const documents = fc.oneof(
    spec.map((pod) => ({ apiVersion: 'v1', kind: 'Pod', spec: pod })),
    services.map((all) => ({ services: all })),
  );
  fc.assert(
    fc.property(documents, (document) => {
      const { judged, findings } = lint([{ file: 'f', text: stringify(document) }], facts);
      expect(judged.length).toBeGreaterThan(0);
      for (const { line, column } of findings) expect(Math.min(line, column)).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});
