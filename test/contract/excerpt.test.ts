import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/custom/load.ts';
import { excerpt, lean } from '../../src/contract/excerpt.ts';
import { keysOf, valueAt } from '../../src/contract/references.ts';
import { rulesOf } from '../../src/health/rules.ts';
import { prove } from '../../src/probes/proof.ts';
import { builtin } from '../support.ts';

const checks = ['database', 'cache'].map((name) => ({ name, rules: rulesOf(name, {}) }));
const load = (file: string, merge = false) =>
  loadContract({ file, merge, simulation: true, checks: checks.map(({ name }) => name) });

describe('a contract without what nobody asks for', () => {
  const files = globSync([
    'test/contract/documents/*.{yaml,json}',
    'test/contract/documents/split/openapi.yaml',
  ]).sort();

  it.each(files)('answers as %s does', async (file) => {
    const whole = await load(file);
    const told = (contract: typeof whole): unknown[] =>
      prove(contract, checks).map(({ operation, state, answer }) => [operation.id, state, answer]);
    expect(told(lean(whole))).toEqual(told(whole));
  });

  it('has no operations but those that are served, and what they refer to', async () => {
    const whole = await load('test/contract/documents/base-path.yaml');
    expect(lean(whole).operations.map(({ path }) => path)).toEqual(['/orders/v1/healthz']);
    expect(JSON.stringify(lean(whole).document).length).toBeLessThan(JSON.stringify(whole.document).length);
  });

  it('stays whole where the document itself is served', async () => {
    const whole = await load('test/contract/documents/base-path.yaml', true);
    expect(lean(whole)).toBe(whole);
  });

  it('says the same of every operation of the built-in document', () => {
    const { paths, components } = excerpt(builtin.document, builtin.operations) as never as Record<string, object>;
    expect(paths).toEqual(builtin.document.paths);
    expect(builtin.document).toMatchObject({ components });
    for (const [, ref = ''] of JSON.stringify({ paths, components }).matchAll(/"\$ref":"([^"]*)"/g))
      expect(valueAt({ components }, keysOf(ref)), ref).toBeDefined();
  });
});
