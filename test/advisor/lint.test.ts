import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { inOrder, type LintFinding } from '../../src/advisor/finding.ts';
import { type LintResult, lint, type Manifest, type Seen } from '../../src/advisor/lint.ts';
import { deployment, factsWith, findingsIn, fitting, readinessProbe, workload } from './support.ts';

const manifests = join(import.meta.dirname, 'manifests');
const filesOf = (texts: readonly string[]): Manifest[] => texts.map((text, index) => ({ file: `${index}.yaml`, text }));
const linted = (...texts: string[]): LintResult => lint(filesOf(texts), factsWith());
const names = ({ judged }: LintResult, by: Seen['judgedBy'][number]): string[] =>
  judged.filter(({ judgedBy }) => judgedBy.includes(by)).map(({ container, owner }) => `${container} (${owner})`);
const summary = (file: string, ...named: string[]): string[] =>
  lint([{ file, text: readFileSync(join(manifests, file), 'utf8') }], factsWith(), named).findings.map(
    ({ line, column, severity, rule }) => `${line}:${column} ${severity} ${rule}`,
  );

const finding: LintFinding = {
  rule: 'initial-delay',
  severity: 'warning',
  file: '',
  line: 1,
  column: 1,
  container: 'app',
  found: 'initialDelaySeconds 30',
  expected: 'a startup probe',
  why: 'It is slow.',
};

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
    expect(summary('compose.yaml', 'app')).toEqual(['28:3 error grace-short']);
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

  it('are all by what the files say, and Probity by its configuration as well', () => {
    const result = linted(podOf({ ...fitting, image: 'probity:0.1.0' }, database, metrics));
    expect(names(result, 'file')).toEqual(['app (Pod shop)', 'database (Pod shop)', 'metrics (Pod shop)']);
    expect(names(result, 'service')).toEqual(['app (Pod shop)']);
    expect(result.findings.map(({ container, rule }) => `${container} ${rule}`)).toEqual([
      'database timeout-tight',
      'database initial-delay',
      'metrics timeout-tight',
    ]);
  });

  it.each([
    ['its image', { name: 'one', image: 'ghcr.io/team/probity:0.1.0' }],
    ['its command', { name: 'one', image: 'node:24', command: ['npx', 'probity', 'serve'] }],
    ['its arguments', { name: 'one', image: 'node:24', args: ['node_modules/.bin/probity', 'serve'] }],
    ['a line of a shell', { name: 'one', image: 'node:24', command: ['sh', '-c', 'sleep 1 && exec probity serve'] }],
    ['what asks it', { name: 'one', readinessProbe: { exec: { command: ['probity', 'check'] } } }],
  ])('are known by %s', (_, container) => {
    expect(names(linted(podOf(container, database)), 'service')).toEqual(['one (Pod shop)']);
  });

  it.each([
    ['declares', { name: 'one', ports: [{ containerPort: 8000 }] }],
    ['is asked at', { name: 'one', livenessProbe: { httpGet: { path: '/health', port: 8000 } } }],
  ])('are not known by a port that one %s, until it is named', (_, container) => {
    const pod = podOf(container, database);
    expect(names(linted(pod), 'service')).toEqual([]);
    expect(names(lint(filesOf([pod]), factsWith(), ['one']), 'service')).toEqual(['one (Pod shop)']);
  });

  it('are refused by a name that none has', () => {
    expect(() => lint(filesOf([podOf(database, metrics)]), factsWith(), ['data'])).toThrow(
      '0.yaml: expected a container named data, found database, metrics',
    );
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
    const result = linted(workload({ kind: 'Pod', spec }));
    expect(names(result, 'service')).toEqual(['program (Pod shop)', 'probity (Pod shop)']);
    expect(result.findings.map(({ container, rule }) => `${container} ${rule}`)).toEqual([
      'program timeout-tight',
      'program initial-delay',
      'program liveness-asks-dependencies',
      'program sidecar-unwatched',
      'metrics timeout-tight',
    ]);
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
    ['DeploymentConfig', { template }],
    ['ScaledJob', { jobTargetRef: { template } }],
  ])('a %s', (kind, spec) => {
    expect(names(linted(workload({ kind, spec })), 'file')).toEqual([`app (${kind} shop)`]);
  });

  it('a PodTemplate, a Template of OpenShift, and a Service of Knative', () => {
    expect(names(linted(workload({ kind: 'PodTemplate', template })), 'file')).toEqual(['app (PodTemplate shop)']);
    const knative = workload({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: { template } });
    expect(names(linted(knative), 'file')).toEqual(['app (Service shop)']);
    const inner = {
      apiVersion: 'apps.openshift.io/v1',
      kind: 'DeploymentConfig',
      metadata: { name: 'x' },
      spec: { template },
    };
    const objects = workload({ apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [inner] });
    expect(names(linted(objects), 'file')).toEqual(['app (DeploymentConfig x)']);
  });

  it('a List, and any document of a file', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop' }, spec };
    expect(names(linted(stringify({ apiVersion: 'v1', kind: 'List', items: [pod] })), 'file')).toEqual([
      'app (Pod shop)',
    ]);
    const service = stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' } });
    expect(names(linted(`${service}---\n${stringify(pod)}`), 'file')).toEqual(['app (Pod shop)']);
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
      '0.yaml: expected objects of Kubernetes (apiVersion, kind), a compose file (services) or a Dockerfile, found none of them',
    ],
    [
      '',
      '0.yaml: expected objects of Kubernetes (apiVersion, kind), a compose file (services) or a Dockerfile, found none of them',
    ],
    [
      '- 1\n',
      '0.yaml: expected objects of Kubernetes (apiVersion, kind), a compose file (services) or a Dockerfile, found none of them',
    ],
    [
      'apiVersion: v1\nkind: Service\n',
      '0.yaml: expected a workload such as a Deployment, a compose file or a Dockerfile, found no container',
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

describe('what is not judged, or not wholly', () => {
  const pod = deployment();
  const notesOf = (...manifests: Manifest[]): string[] =>
    lint([...manifests, { file: 'pod.yaml', text: pod }], factsWith()).notes.map(
      ({ file, text }) => `${file}: ${text}`,
    );
  const files = (result: LintResult): string[] => result.findings.map(({ file, rule }) => `${file} ${rule}`);

  it('is told of foreign files, and of templates in a folder', () => {
    expect(notesOf({ file: 'x.yaml', text: 'a: 1' })).toEqual([
      'x.yaml: skipped, as it is neither objects of Kubernetes, nor a compose file, nor a Dockerfile',
    ]);
    expect(notesOf({ file: 'templates/x.yaml', text: '{{- if .Values.x }}\na: 1\n', isFound: true })).toEqual([
      'templates/x.yaml: skipped, as it is a template; for what it renders: helm template CHART | probity lint -',
    ]);
    expect(() => notesOf({ file: 'x.yaml', text: '{{- if .Values.x }}\na: 1\n' })).toThrow('helm template');
    expect(
      notesOf({
        file: 'kustomization.yaml',
        text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      }),
    ).toEqual([expect.stringMatching(/^kustomization\.yaml: put together by kustomize.*kubectl kustomize/)]);
  });

  it.each([
    ['extends', 'services: { shop: { image: "node:24", extends: { service: base } } }'],
    ['include', 'include: [other.yaml]\nservices: { shop: { image: "node:24" } }'],
    ['no image', 'services: { shop: { environment: { A: b } } }'],
  ])('is what other files of compose add: %s', (_, text) => {
    const result = lint([{ file: 'compose.yaml', text }], factsWith(), ['shop']);
    const isShort = text.startsWith('include');
    expect(files(result).filter((one) => one.includes('missing'))).toEqual(
      isShort ? ['compose.yaml healthcheck-missing'] : [],
    );
    expect(result.notes).toEqual([{ file: 'compose.yaml', text: expect.stringContaining('docker compose config') }]);
  });

  it('is a service that another file beside it is laid over', () => {
    const base = 'services: { shop: { image: "node:24" } }';
    const over = 'services: { shop: { image: "node:24", environment: { A: b } } }';
    const both = (folder: string): LintResult =>
      lint(
        [
          { file: 'compose.yaml', text: base },
          { file: `${folder}over.yaml`, text: over },
        ],
        factsWith(),
        ['shop'],
      );
    expect(files(both(''))).toEqual([]);
    expect(both('').notes).toHaveLength(2);
    expect(files(both('other/'))).toContain('compose.yaml healthcheck-missing');
  });

  it('is what a part for kustomize lacks, and what it has is', () => {
    const part = {
      image: 'probity:1',
      livenessProbe: { httpGet: { path: '/ready', port: 8000 } },
      ports: [{ containerPort: 8000 }],
    };
    const text = workload({
      kind: 'Deployment',
      spec: { template: { spec: { containers: [{ name: 'x', ...part }] } } },
    });
    expect(files(lint([{ file: 'a', text, isPart: true }], factsWith()))).toEqual(['a liveness-asks-dependencies']);
    expect(files(lint([{ file: 'a', text }], factsWith()))).toEqual([
      'a readiness-missing',
      'a timeout-tight',
      'a liveness-asks-dependencies',
    ]);
  });
});

it('puts 200,000 findings in order in the time that they take, and tells each once', () => {
  const files = Array.from({ length: 20_000 }, (_, index) => `${index}.yaml`);
  const findings = files.flatMap((file) => [9, 8, 7, 6, 5, 5, 4, 3, 2, 1].map((line) => ({ ...finding, file, line })));
  const ordered = inOrder(findings.toReversed(), files);
  expect(ordered).toHaveLength(180_000);
  expect(ordered.slice(0, 10).map(({ file, line }) => [file, line])).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((line) => ['0.yaml', line]),
    ['1.yaml', 1],
  ]);
});
