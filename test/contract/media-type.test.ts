import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, type MediaType, parseMediaType, preferred } from '../../src/contract/media-type.ts';
import { cpuTime } from '../cpu-time.ts';

const parsed = (text: string): MediaType => parseMediaType(text) as MediaType;

describe('a media type', () => {
  it.each([
    ['application/json', 'application', 'json', []],
    ['Text/Plain; Charset=UTF-8', 'text', 'plain', [['charset', 'UTF-8']]],
    [
      ' text/plain ; a="x; y=\\"z\\"" ;b=1',
      'text',
      'plain',
      [
        ['a', 'x; y="z"'],
        ['b', '1'],
      ],
    ],
    ['text/plain;', 'text', 'plain', []],
    ['*/*', '*', '*', []],
    ['application/vnd.a.b+json', 'application', 'vnd.a.b+json', []],
  ])('%j is read', (text, type, subtype, parameters) => {
    expect(parsed(text)).toEqual({ type, subtype, parameters: new Map(parameters as [string, string][]) });
  });

  it.each(['', 'json', 'a/', '/b', 'a/b/c', 'a b/c', 'text/plain; a', 'text/plain; a=b c', 'text/plain; a="b'])(
    '%j is none',
    (text) => expect(parseMediaType(text)).toBeUndefined(),
  );

  it('is read in a time that grows with its length, whatever it is', async () => {
    for (const text of [`a/b${'; '.repeat(50_000)}x`, `a/b;a="${'\\"'.repeat(50_000)}`, `${'a'.repeat(1e5)} /b`]) {
      expect(await cpuTime(() => parseMediaType(text))).toBeLessThan(500);
    }
  });

  it.each([
    ['application/json', 'application/json; charset=utf-8', true],
    ['application/json; charset=utf-8', 'application/json', true],
    ['application/json; charset=utf-8', 'application/json;charset=UTF8', true],
    ['application/json; charset=utf-8', 'application/json; charset=latin1', false],
    ['text/plain; charset=latin1', 'text/plain; charset=Latin1', true],
    ['text/plain; charset=latin1', 'text/plain', false],
    ['text/plain; version=0.0.4', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores', true],
    ['text/plain; version=0.0.4', 'text/plain; version=1.0.0', false],
    ['text/plain; version=0.0.4', 'text/plain', false],
    ['application/json', 'application/problem+json', false],
    ['application/*', 'application/problem+json', true],
    ['text/*', 'application/json', false],
    ['*/*', 'image/png', true],
  ])('%s covers %s: %s', (declared, got, expected) => {
    expect(covers(parsed(declared), parsed(got))).toBe(expected);
  });

  it('is covered by itself, and by its ranges', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,8}$/);
    const parameters = fc.dictionary(
      word,
      fc.string({ maxLength: 5 }).filter((text) => !/[^ -~]/.test(text)),
    );
    const text = fc.tuple(word, word, parameters).map(([type, subtype, given]) => {
      const pairs = Object.entries(given).map(([key, value]) => `;${key}="${value.replaceAll(/["\\]/g, '\\$&')}"`);
      return [`${type}/${subtype}${pairs.join('')}`, `${type}/*`, '*/*'];
    });
    fc.assert(
      fc.property(text, (all) => {
        for (const declared of all) expect(covers(parsed(declared), parsed(all[0] as string))).toBe(true);
      }),
    );
  });
});

describe('what a request accepts', () => {
  const offers = ['application/json', 'text/plain; charset=utf-8', 'application/problem+json'].map(parsed);

  it.each<[string, number | undefined]>([
    ['*/*', 0],
    ['text/plain', 1],
    ['text/*', 1],
    ['TEXT/PLAIN', 1],
    ['application/json;q=0.5, text/plain', 1],
    ['application/*;q=0.5, text/plain;q=0.4', 0],
    ['*/*;q=0.1, application/problem+json', 2],
    ['application/*, application/json;q=0', 2],
    ['text/html, */*;q=0.8', 0],
    ['image/png', undefined],
    ['application/json;q=0', undefined],
    ['application/json;q=x', undefined],
    ['', undefined],
    [',,;', undefined],
  ])('%j is best answered by the offer %s', (accept, index) => {
    expect(preferred(offers, accept)).toBe(index);
  });
});
