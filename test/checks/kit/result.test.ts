import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, proveWell } from '../../../src/checks/kit/result.ts';

describe('what a check resolves to', () => {
  it.each([
    [undefined],
    [null],
    [true],
    [0],
    ['down'],
    [[]],
    [[false]],
    [{}],
    [{ rows: [{ status: 'down' }], rowCount: 1 }],
    [{ ok: true }],
    [{ ok: 1 }],
    [{ ok: undefined, status: undefined }],
    [{ status: 'up' }],
    [{ status: 'pass' }],
    [{ status: 'degraded' }],
    [{ status: 'downstream ok' }],
    [{ status: 200 }],
    [{ status: 0 }],
    [new Response('', { status: 201 })],
    [new Map([['status', 'down']])],
  ])('is well: %j', (result) => {
    expect(() => proveWell(result)).not.toThrow();
  });

  it.each([
    [false, 'The check resolved to false'],
    [{ ok: false }, 'The check resolved to ok: false'],
    [{ ok: 0 }, 'The check resolved to ok: 0'],
    [{ ok: 'false' }, 'The check resolved to ok: false'],
    [{ ok: true, status: 'down' }, 'The check resolved to status: down'],
    ...['down', 'DOWN', 'Error', 'fail', 'failed', 'unhealthy', 'false', ' down ', 'OUT_OF_SERVICE', 'NOT_SERVING'].map(
      (status): [unknown, string] => [{ status }, `The check resolved to status: ${status}`],
    ),
    [{ status: false }, 'The check resolved to status: false'],
    [{ status: 503 }, 'The check resolved to status: 503'],
    [new Response('', { status: 404 }), 'The check resolved to ok: false'],
    [Object.create({ status: 'down' }), 'The check resolved to status: down'],
    [new Error('as a value'), 'as a value'],
  ])('says no: %j', (result, message) => {
    expect(() => proveWell(result)).toThrow(message);
  });
});

describe('the facts that a check gives', () => {
  it('are short strings, numbers and booleans', () => {
    const facts = { version: '16.3', lagMs: 12, primary: true };
    expect(factsOf({ facts })).toEqual(facts);
    expect(factsOf({ facts: { text: 'x'.repeat(500), emoji: '😀'.repeat(500) } })).toEqual({
      text: 'x'.repeat(100),
      emoji: '😀'.repeat(100),
    });
  });

  it.each([
    [undefined],
    [{}],
    [{ facts: null }],
    [{ facts: 'x' }],
    [{ facts: {} }],
    [{ facts: ['a'] }],
    [
      {
        facts: { deep: { a: 1 }, nothing: null, nan: Number.NaN, lines: 'a\nb', '': 1, '1st': 1, 'a b': 1, empty: '' },
      },
    ],
    [{ facts: JSON.parse('{"__proto__": 1, "constructor ": 1}') }],
  ])('are left out of %j', (result) => {
    expect(factsOf(result)).toBeUndefined();
  });

  it('are bounded, whatever is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything(), { maxKeys: 50 }), (result, facts) => {
        for (const one of [result, { facts }]) {
          const shown = factsOf(one) ?? {};
          expect(Object.keys(shown).length).toBeLessThanOrEqual(16);
          expect(JSON.stringify(shown).length).toBeLessThan(16 * 300);
        }
      }),
    );
  });
});
