import { describe, expect, it } from 'vitest';
import { ignoresIn } from '../../src/advisor/ignore.ts';
import { lint } from '../../src/advisor/lint.ts';
import { compose, factsWith } from './support.ts';

const rules = ['timeout-tight', 'grace-short'];

describe('a comment that keeps a rule quiet', () => {
  it('is about its own line, or about the next one that is no comment', () => {
    const text = [
      'a: 1 # probity-lint-ignore timeout-tight it is fast',
      '# probity-lint-ignore timeout-tight one',
      '  # probity-lint-ignore grace-short two',
      '',
      'b: 2',
    ].join('\n');
    expect(ignoresIn(text, rules)).toEqual({
      ignores: [
        { rule: 'timeout-tight', why: 'it is fast', line: 1 },
        { rule: 'timeout-tight', why: 'one', line: 5 },
        { rule: 'grace-short', why: 'two', line: 5 },
      ],
      bad: [],
    });
  });

  it('counts for nothing without a reason, or for a rule that there is not', () => {
    const text =
      '# probity-lint-ignore timeout-tight\n# probity-lint-ignore timeout-thight x\n# probity-lint-ignore\na: 1';
    expect(ignoresIn(text, rules)).toEqual({
      ignores: [],
      bad: [
        { line: 1, problem: 'expected the reason behind timeout-tight' },
        { line: 2, problem: 'no rule is named timeout-thight' },
        { line: 3, problem: 'no rule is named there' },
      ],
    });
  });

  it('is told of when it is about nothing', () => {
    const text = `${compose()}# probity-lint-ignore timeout-tight it was\nx-end: 1\n`;
    const { findings, ignored, notes } = lint([{ file: 'compose.yaml', text }], factsWith());
    expect([findings, ignored]).toEqual([[], []]);
    expect(notes).toEqual([
      {
        file: 'compose.yaml',
        text: `probity-lint-ignore timeout-tight is about nothing that is found in line ${text.split('\n').length - 1}`,
      },
    ]);
  });
});
