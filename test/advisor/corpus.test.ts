import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lint } from '../../src/advisor/lint.ts';
import { rules } from '../../src/advisor/rules.ts';
import { factsWith } from './support.ts';

const folder = join(import.meta.dirname, 'corpus');
const files = globSync('*/*', { cwd: folder }).sort();

/** By file, each finding in a line: `12 error sigterm-swallowed npm: PID 1 is npm`. What is not listed is not found. */
const expected: Record<string, string[]> = parse(readFileSync(join(folder, 'expected.yaml'), 'utf8'));

/** A comment names the container that embeds Probity: `# container: shop`. */
function findingsIn(file: string): string[] {
  const text = readFileSync(join(folder, file), 'utf8');
  const [, named] = /^# container: (\S+)/m.exec(text) ?? [];
  const { findings } = lint([{ file, text }], factsWith(), named === undefined ? [] : [named]);
  return findings.map(
    ({ line, severity, rule, container, found }) => `${line} ${severity} ${rule} ${container}: ${found}`,
  );
}

/**
 * Manifests as teams write them: sound ones of any kind of program, known traps, and what a file does not tell. Each
 * finding is right by the source that deploy/RULES.md names; a wrong one, and a missing one, fails.
 */
describe('the corpus', () => {
  it('has at least sixty files, and every one of them is expected', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(Object.keys(expected).sort()).toEqual(files);
  });

  it('draws most of the rules, and leaves a third of the files in peace', () => {
    const drawn = new Set(
      Object.values(expected)
        .flat()
        .map((finding) => finding.split(' ')[2]),
    );
    expect(drawn.size).toBeGreaterThan(0.7 * rules.length);
    expect(files.filter((file) => expected[file]?.length === 0).length).toBeGreaterThan(files.length / 3);
  });

  it.each(files)('%s', (file) => {
    expect(findingsIn(file)).toEqual(expected[file]);
  });
});
