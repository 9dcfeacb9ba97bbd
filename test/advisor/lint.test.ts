import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { lint } from '../../src/advisor/lint.ts';
import { deployment, factsWith, findingsIn, fitting, readinessProbe, workload } from './support.ts';

const manifests = join(import.meta.dirname, 'manifests');
const linted = (...texts: string[]): ReturnType<typeof lint> =>
  lint(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
    factsWith(),
  );
const summary = (file: string): string[] =>
  lint([{ file, text: readFileSync(join(manifests, file), 'utf8') }], factsWith()).findings.map(
    ({ line, column, severity, rule }) => `${line}:${column} ${severity} ${rule}`,
  );

describe('deployments as they are found in the wild', () => {
  it('three replicas with /health and /ready: delays where a startup probe belongs', () => {
    expect(summary('fastapi.yaml')).toEqual(['24:34 warning initial-delay', '32:34 warning initial-delay']);
  });

  it('/internal/alive and /internal/ready once a minute: blind for two minutes', () => {
    expect(summary('faststream.yaml')).toEqual([
      '23:11 warning timeout-tight',
      '27:34 warning initial-delay',
      '29:11 warning timeout-tight',
      '33:28 warning readiness-slow',
    ]);
  });

  it('compose with curl once a minute: killed in the middle of its shutdown', () => {
    expect(summary('compose.yaml')).toEqual(['28:3 error grace-short', '38:17 warning readiness-slow']);
  });
});

describe('the containers that are judged', () => {
  const database = {
    name: 'database',
    image: 'postgres:17',
    readinessProbe: { exec: { command: ['pg_isready'] }, initialDelaySeconds: 30 },
  };
  const metrics = {
    name: 'metrics',
    ports: [{ containerPort: 9187 }],
    livenessProbe: { httpGet: { path: '/health', port: 9187 } },
  };
  const podOf = (...containers: object[]): string => workload({ kind: 'Pod', spec: { containers } });

  it('are those that have to do with Probity, whatever else is in the files', () => {
    const { judged, findings } = linted(deployment(), podOf(database, metrics));
    expect(judged).toEqual(['app (Deployment shop)']);
    expect(findings).toEqual([]);
  });

  it('are known by their port, their image or what they run', () => {
    for (const container of [
      { name: 'one', ports: [{ containerPort: 8000 }] },
      { name: 'one', image: 'ghcr.io/team/probity:0.1.0' },
      { name: 'one', image: 'node:24', command: ['npx', 'probity', 'serve'] },
      { name: 'one', livenessProbe: { httpGet: { path: '/x', port: 8000 } } },
    ])
      expect(linted(podOf(container, database)).judged).toEqual(['one (Pod shop)']);
  });

  it('are those beside it that ask it, and are judged for that alone', () => {
    const probity = {
      name: 'probity',
      image: 'probity:0.1.0',
      restartPolicy: 'Always',
      env: [{ name: 'PORT', value: '9000' }],
      ports: [{ containerPort: 9000 }],
    };
    const program = {
      name: 'program',
      env: [{ name: 'DATABASE_URL', value: 'postgres://app:hunter2@db/app' }],
      readinessProbe: { httpGet: { path: '/status', port: 8080 }, initialDelaySeconds: 5 },
      livenessProbe: { httpGet: { path: '/ready', port: 9000 }, timeoutSeconds: 2 },
    };
    const spec = { initContainers: [probity], containers: [program, metrics] };
    const { judged, findings } = linted(workload({ kind: 'Pod', spec }));
    expect(judged).toEqual(['program (Pod shop)', 'probity (Pod shop)']);
    expect(findings.map(({ container, rule }) => `${container} ${rule}`)).toEqual([
      'program liveness-asks-dependencies',
    ]);
  });

  it('are those that are asked for a path of the contract, where no port says more', () => {
    const embedded = { ...fitting, ports: [{ name: 'http', containerPort: 8080 }] };
    expect(linted(podOf(embedded, database)).judged).toEqual(['app (Pod shop)']);
  });

  it('are all that are asked over HTTP, and else all, where nothing looks like it', () => {
    const other = { name: 'other', readinessProbe: { httpGet: { path: '/status', port: 80 } } };
    expect(linted(podOf(other, database)).judged).toEqual(['other (Pod shop)']);
    expect(linted(podOf(database, { name: 'worker' })).judged).toEqual(['database (Pod shop)', 'worker (Pod shop)']);
  });
});

describe('where containers are looked for', () => {
  const spec = { containers: [{ ...fitting, ...readinessProbe({ failureThreshold: 9 }) }] };
  const template = { spec };

  it.each([
    ['Pod', spec],
    ['Deployment', { template }],
    ['StatefulSet', { template }],
    ['DaemonSet', { template }],
    ['Job', { template }],
    ['CronJob', { jobTemplate: { spec: { template } } }],
    ['Rollout', { template }],
  ])('a %s', (kind, spec) => {
    expect(linted(workload({ kind, spec })).judged).toEqual([`app (${kind} shop)`]);
  });

  it('a List, and any document of a file', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop' }, spec };
    expect(linted(stringify({ apiVersion: 'v1', kind: 'List', items: [pod] })).judged).toEqual(['app (Pod shop)']);
    const service = stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' } });
    expect(linted(`${service}---\n${stringify(pod)}`).judged).toEqual(['app (Pod shop)']);
  });
});

describe('findings', () => {
  it('come in the order of the files and the lines', () => {
    const text = deployment({
      readinessProbe: undefined,
      ...readinessProbe({ successThreshold: 1, timeoutSeconds: 1 }),
    });
    const both = text.replace('timeoutSeconds: 5', 'timeoutSeconds: 1');
    const { findings } = linted(both, text);
    expect(findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      '0.yaml timeout-tight',
      '0.yaml timeout-tight',
      '1.yaml timeout-tight',
    ]);
    expect(findings[0]?.line).toBeLessThan(findings[1]?.line ?? 0);
  });

  it('show no secret', () => {
    const text = deployment({
      env: [
        { name: 'DATABASE_URL', value: 'postgres://app:hunter2@db/app' },
        { name: 'PROBITY_TOKENS', value: 'ann:hunter2-hunter2-hunter2' },
      ],
      ...readinessProbe({
        httpGet: undefined,
        exec: { command: ['curl', '-H', 'Authorization: Bearer hunter2', 'http://ann:hunter2@localhost:8000/x'] },
      }),
    });
    const findings = findingsIn(text);
    expect(findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['secret-plain', 'secret-plain', 'path-unknown', 'curl-ignores-status']),
    );
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});

describe('a file that cannot be judged', () => {
  it.each([
    [
      'name: shop\n',
      '0.yaml: expected objects of Kubernetes (apiVersion, kind) or a compose file (services), found neither',
    ],
    ['', '0.yaml: expected objects of Kubernetes (apiVersion, kind) or a compose file (services), found neither'],
    ['- 1\n', '0.yaml: expected objects of Kubernetes (apiVersion, kind) or a compose file (services), found neither'],
    [
      'apiVersion: v1\nkind: Service\n',
      '0.yaml: expected a workload such as a Deployment, or a compose file, found no container',
    ],
  ])('is refused: %j', (text, message) => {
    expect(() => linted(text)).toThrow(message);
  });

  it('does no harm beside one that can', () => {
    expect(linted('apiVersion: v1\nkind: Service\n', deployment()).findings).toEqual([]);
  });

  it.each([
    ['spec: { template: { spec: { containers: [null, 1, {}] } } }'],
    ['spec: { containers: [{ ports: x, env: { A: b }, livenessProbe: [1], readinessProbe: { httpGet: 3 } }] }'],
    ['spec: { containers: [{ livenessProbe: { periodSeconds: soon, httpGet: { path: {}, port: [] } } }] }'],
  ])('nor does one whose values have other types: %s', (text) => {
    expect(linted(`apiVersion: v1\nkind: Pod\n${text}`).judged.length).toBeGreaterThan(0);
  });
});
