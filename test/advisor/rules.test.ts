import { describe, expect, it } from 'vitest';
import { rules, rulesPage } from '../../src/advisor/rules.ts';
import { commandsExamples } from './examples/commands.ts';
import { environmentExamples } from './examples/environment.ts';
import type { Examples } from './examples/example.ts';
import { pathsExamples } from './examples/paths.ts';
import { portsExamples } from './examples/ports.ts';
import { presenceExamples } from './examples/presence.ts';
import { refusedExamples } from './examples/refused.ts';
import { shutdownExamples } from './examples/shutdown.ts';
import { signalsExamples } from './examples/signals.ts';
import { startExamples } from './examples/start.ts';
import { timingExamples } from './examples/timing.ts';
import { toolsExamples } from './examples/tools.ts';
import { trafficExamples } from './examples/traffic.ts';
import { unknown } from './examples/unknown.ts';
import { compose, deployment, findingsIn, pointedAt } from './support.ts';

const examples: Examples = {
  ...commandsExamples,
  ...environmentExamples,
  ...pathsExamples,
  ...portsExamples,
  ...presenceExamples,
  ...refusedExamples,
  ...shutdownExamples,
  ...signalsExamples,
  ...startExamples,
  ...timingExamples,
  ...toolsExamples,
  ...trafficExamples,
};

describe('the rules', () => {
  it('have names of their own, and examples both ways, and of what is not known', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(examples).toSorted()).toEqual(ids.toSorted());
    expect(Object.keys(unknown).toSorted()).toEqual(ids.toSorted());
    for (const { drawn, silent } of Object.values(examples)) {
      expect(drawn.length).toBeGreaterThan(0);
      expect(silent.length).toBeGreaterThan(0);
    }
  });

  it('are listed for people as they are', async () => {
    await expect(rulesPage()).toMatchFileSnapshot('../../deploy/RULES.md');
  });

  it('have nothing to say of what fits', () => {
    expect(findingsIn(deployment())).toEqual([]);
    expect(findingsIn(compose())).toEqual([]);
  });
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, { severity, why }) => {
  const { drawn = [], silent = [] } = examples[id] ?? {};

  it.each(drawn.map((example) => [example.found, example] as const))('is drawn: %s', (_, example) => {
    const findings = findingsIn(example.manifest, example.settings, example.file);
    const { found, expected } = example;
    expect(findings).toMatchObject([{ rule: id, severity, why, found, expected }]);
    for (const finding of findings)
      expect(pointedAt(example.manifest, finding).slice(0, example.at.length)).toBe(example.at);
  });

  it.each(silent.map((example) => [example.because, example] as const))('is silent: %s', (_, example) => {
    expect(findingsIn(example.manifest, example.settings, example.file)).toEqual([]);
  });

  it.each(unknown[id] ?? [])('has nothing to say, as nobody knows: $because', ({ manifest, settings, file }) => {
    expect(findingsIn(manifest, settings, file).map(({ rule }) => rule)).not.toContain(id);
  });
});
