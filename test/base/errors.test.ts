import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeOf, plainError, rangeError, typeError } from '../../src/base/errors.ts';

describe('an error of ours', () => {
  it.each([
    [typeError, TypeError],
    [rangeError, RangeError],
    [plainError, Error],
  ])('has a code, and stays what it is', (make, Class) => {
    const cause = new Error('why');
    const error = make('PROBITY_OPTION', 'Expected one', { cause });
    expect(error).toBeInstanceOf(Class);
    expect([error.name, error.message, error.code, error.cause]).toEqual([
      Class.name,
      'Expected one',
      'PROBITY_OPTION',
      cause,
    ]);
    expect(codeOf(error)).toBe('PROBITY_OPTION');
  });

  it('has a stack that begins where it was asked for', () => {
    expect(rangeError('PROBITY_OPTION', 'Expected one').stack?.split('\n')[1]).toContain('errors.test.ts');
  });

  it('is told from those of others', () => {
    for (const other of [Object.assign(new Error(), { code: 'EADDRINUSE' }), new Error(), undefined, 'PROBITY_OPTION'])
      expect(codeOf(other)).toBeUndefined();
  });
});

/** Where an error without a code is made that nobody meets as one of Probity's, by file. */
const uncoded: Readonly<Record<string, string>> = {
  'src/base/log.ts': "somebody's error, as the log shows it",
  'src/base/read-file.ts': "has a code as the system's own have, and becomes a line about the file",
  'src/config/rotation.ts': 'a file that cannot be read for now: a line in the log',
  'src/checks/http/options.ts': 'ends in the line about the header',
  'src/fleet/fleet.ts': "a fleet's Redis that is away: a line in the log",
  'src/fleet/client.ts': "an answer of a fleet's Redis: a line in the log",
  'src/isolated/thread.ts': "the system's own error, brought over from the worker",
  'src/monitor/run.ts': 'why a run was given up',
  'src/monitor/run-counts.ts': 'cannot happen',
  'src/probes/report.ts': 'cannot happen',
  'src/server/api/few.ts': 'cannot happen: a 500',
  'src/server/api/router.ts': 'a word to the backend, and what cannot happen: a 500',
};

/** What a run may fail with has a reason instead, which the report and the log name. */
const isOfARun = (file: string, made: string): boolean =>
  made === 'CheckFailure' || (file.startsWith('src/checks/') && !['TypeError', 'RangeError'].includes(made));

const files = globSync('src/**/*.ts').map((file) => file.replaceAll('\\', '/'));

/** The errors that a file makes or declares without one of our codes. */
function uncodedIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const made = [...text.matchAll(/\bnew (Error|TypeError|RangeError|SyntaxError|AggregateError)\(/g)].map(
    ([, name]) => name,
  );
  const declared = [...text.matchAll(/class (\w+) extends (\w*Error)\b[^{]*\{([^}]*)/g)].filter(
    ([, , , body = '']) => !/readonly code: ErrorCode/.test(body),
  );
  return [...made, ...declared.map(([, name]) => name)].map(String);
}

describe('the errors of src', () => {
  it.each(files)('have a code where people meet them: %s', (file) => {
    if (file in uncoded) return expect(uncodedIn(file)).not.toEqual([]);
    return expect(uncodedIn(file).filter((made) => !isOfARun(file, made))).toEqual([]);
  });
});
