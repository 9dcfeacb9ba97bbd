import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Service, startService, untilStatus } from '../e2e/service.ts';
import { type Exposed, parseExposition } from '../server/metrics/exposition.ts';
import { startHttp } from '../servers/http.ts';
import { temporaryFolder } from '../servers/process.ts';
import { builtin } from '../support.ts';
import { promtool } from './promtool.ts';

const root = join(import.meta.dirname, '../..');
const rulesFile = join(root, 'deploy/prometheus/rules.yaml');
const testFile = join(root, 'deploy/prometheus/rules.test.yaml');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

interface RuleTest {
  readonly promql_expr_test?: readonly { readonly exp_samples: readonly { readonly labels: string }[] }[];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

const { groups } = parse(readFileSync(rulesFile, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { tests } = parse(readFileSync(testFile, 'utf8')) as { tests: readonly RuleTest[] };
const dashboard = JSON.parse(readFileSync(join(root, 'deploy/grafana/probity.json'), 'utf8')) as Dashboard;
const shown = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
];

/** The names of Probity's metrics in an expression. */
const namesIn = (expression: string): string[] => expression.match(/\bprobity_\w+/g) ?? [];

let service: Service;
let text: string;
let metrics: readonly Exposed[];
const folder = temporaryFolder('prometheus');

beforeAll(async () => {
  const external = await startHttp();
  service = await startService({
    EXTERNAL_SERVICE_URL: external.url,
    DATABASE_URL: 'postgres://app:secret@127.0.0.1:1/app',
    SIMULATION: 'true',
  });
  await service.logged({ msg: 'check changed', check: 'external_service', to: 'up' });
  await service.logged({ msg: 'check changed', check: 'database', to: 'down' });
  await fetch(`${service.url}/simulate_external_service_failure`, { method: 'POST' });
  await untilStatus(`${service.url}/ready`, 503);
  text = await (await fetch(`${service.url}/metrics`)).text();
  metrics = parseExposition(text).metrics;
  await external.dispose();
});
afterAll(async () => {
  folder.remove();
  await service.stop();
});

describe('the metrics of a service', () => {
  it('satisfy promtool without a word', () => {
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, said: '' });
  });

  it('would not, if anything were wrong with them', () => {
    const wrong = text.replaceAll('probity_check_transitions_total', 'probity_check_transitions');
    expect(promtool(['check', 'metrics'], wrong)).toMatchObject({ said: expect.stringContaining('_total') });
  });

  it('have labels of which there are only so many', () => {
    const bounded = new Set(['check', 'reason', 'to', 'operation', 'probe', 'status', 'phase', 'kind', 'le']);
    const labels = metrics.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.labels)));
    expect([...new Set(labels)].filter((label) => !bounded.has(label))).toEqual([]);
    expect(metrics.flatMap(({ samples }) => samples).length).toBeLessThan(150);
  });
});

describe('the alert rules', () => {
  it('satisfy promtool', () => {
    expect(promtool(['check', 'rules', rulesFile])).toMatchObject({ status: 0 });
  });

  it('are the spec of a PrometheusRule', () => {
    const spec = parse(readFileSync(rulesFile, 'utf8'));
    expect(() => new PrometheusRule({ metadata: { name: 'probity' }, spec }).validate()).not.toThrow();
    const wrong = { groups: [{ name: 'x', rules: [{ alert: 'X' }] }] } as never;
    expect(() => new PrometheusRule({ metadata: { name: 'probity' }, spec: wrong }).validate()).toThrow('expr');
  });

  it('fire when they should, and not else', () => {
    const { status, said } = promtool(['test', 'rules', testFile]);
    expect(said).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s is tested, graded and explained', (alert, rule) => {
    const fires = tests
      .flatMap(({ promql_expr_test = [] }) => promql_expr_test)
      .flatMap(({ exp_samples }) => exp_samples);
    expect(fires.map(({ labels }) => labels).join()).toContain(`alertname="${alert}"`);
    expect(['critical', 'warning', 'info']).toContain(rule.labels.severity);
    for (const annotation of ['summary', 'description', 'why'])
      expect(rule.annotations[annotation]).toMatch(/^\S.{9,}$/);
  });

  it('are tested with operations of the contract', () => {
    const named = [...readFileSync(testFile, 'utf8').matchAll(/operation="(\w+)"/g)].map(([, id]) => id);
    const ids = builtin.operations.map(({ id }) => id);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !ids.includes(id as string))).toEqual([]);
  });

  it('name metrics that are exposed', () => {
    const exposed = metrics.flatMap(({ name, samples }) => [name, ...samples.map((sample) => sample.name)]);
    const named = rules.flatMap(({ expr }) => namesIn(expr));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !exposed.includes(name))).toEqual([]);
  });

  it('name labels that the metrics have', () => {
    for (const { expr } of rules) {
      for (const [, name, matchers = ''] of expr.matchAll(/\b(probity_\w+)\{([^}]*)\}/g)) {
        const labels = [...matchers.matchAll(/(\w+)(?:=~?|!=)"/g)].map(([, label]) => label as string);
        const samples = metrics.flatMap((metric) => metric.samples).filter((sample) => sample.name === name);
        for (const label of labels) expect(samples.some((sample) => label in sample.labels)).toBe(true);
      }
    }
  });
});

describe('the dashboard', () => {
  it('asks in PromQL', () => {
    const asked = shown.map((expr, index) => ({
      record: `test:panel${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const file = join(folder.path, 'panels.yaml');
    const write = (list: unknown): void =>
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: list }] }));
    write(asked);
    expect(promtool(['check', 'rules', file])).toMatchObject({ status: 0 });
    write([...asked, { record: 'test:broken', expr: 'sum by (' }]);
    expect(promtool(['check', 'rules', file]).status).not.toBe(0);
  });

  it('shows every metric, and none that is not exposed', () => {
    const named = new Set(shown.flatMap(namesIn).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect([...named].toSorted()).toEqual(metrics.map(({ name }) => name).toSorted());
  });

  it('has variables that come from a metric which is exposed', () => {
    const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    expect(definitions.length).toBe(2);
    for (const name of definitions.flatMap(namesIn)) expect(metrics.map((metric) => metric.name)).toContain(name);
  });
});
