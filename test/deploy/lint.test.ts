import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { lint } from '../../src/advisor/lint.ts';
import { manifestsAt } from '../../src/cli/support/manifests-at.ts';
import { factsWith } from '../advisor/support.ts';
import { root } from './dockerfile.ts';
import { kustomized } from './kustomize.ts';

describe('lint has nothing to say of what the repository itself deploys', () => {
  it('in deploy', () => {
    const { findings, judged } = lint(manifestsAt(`${root}/deploy`), factsWith());
    expect(findings).toEqual([]);
    expect(judged.length).toBeGreaterThan(0);
  });

  it.each(['deploy/kubernetes/base', 'deploy/kubernetes/overlays/sidecar'])('as %s is put together', async (folder) => {
    const text = (await kustomized(folder)).map((object) => stringify(object)).join('---\n');
    const { findings, judged } = lint([{ file: folder, text }], factsWith());
    expect(findings).toEqual([]);
    expect(judged.filter(({ judgedBy }) => judgedBy.includes('service')).length).toBeGreaterThan(0);
  });
});
