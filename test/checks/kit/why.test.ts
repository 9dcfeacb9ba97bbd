import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyOf } from '../../../src/checks/kit/why.ts';
import { CheckFailure } from '../../../src/health/checker.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });

describe('what an error says for itself', () => {
  it.each([
    [new Error('password authentication failed for user "app"'), 'password authentication failed for user "app"'],
    [new TypeError('fetch failed', { cause: refused }), 'fetch failed: connect ECONNREFUSED 127.0.0.1:1'],
    [new AggregateError([refused, refused]), 'connect ECONNREFUSED 127.0.0.1:1'],
    [Object.assign(new Error(''), { code: 'ETIMEDOUT' }), 'ETIMEDOUT'],
    [new CheckFailure('read_only', 'no writes'), 'no writes'],
    [new Error('same', { cause: new Error('same') }), 'same'],
    ['a string', 'a string'],
    [new Error('two\nlines\t\u001b[31m and\u2028more'), 'two lines [31m and more'],
    [new Error('at redis://ann:hunter2@cache:6379 it ended'), '***@cache:6379 it ended'],
    [new Error('no token=hunter2 here'), 'no token=*** here'],
    [new Error('x'.repeat(5_000)), `${'x'.repeat(199)}…`],
  ])('is one line: %o', (error, line) => {
    expect(whyOf(error)).toBe(line);
  });

  it.each([undefined, null, 42, {}, new Error(''), () => {}])('is nothing: %o', (error) => {
    expect(whyOf(error)).toBeUndefined();
  });

  it('is one short line, whatever is thrown, in circles as well', () => {
    const circular = new Error('round');
    circular.cause = circular;
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('hostile');
      },
    });
    expect([whyOf(circular), whyOf(hostile)]).toEqual(['round', undefined]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.string({ unit: 'binary' }).map((text) => new Error(text)),
        ),
        (thrown) => {
          expect(whyOf(thrown) ?? 'nothing').toMatch(/^.{1,200}$/u);
        },
      ),
    );
  });
});
