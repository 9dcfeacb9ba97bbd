import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeMessages } from '../../../src/checks/postgres/messages.ts';

function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(body, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length + 4);
  return Buffer.concat([Buffer.from(type), length, bytes]);
}

const good = [message('R', '\0\0\0\0'), message('E', 'SFATAL\0Mno\0\0'), message('N', '\0'), message('Z', 'I')];

describe('messages of PostgreSQL', () => {
  it('pass when they are whole, however they are cut', () => {
    const all = Buffer.concat(good);
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 6 }), (cuts) => {
        const inspect = wholeMessages();
        const places = [0, ...cuts.sort((a, b) => a - b), all.length];
        for (const [index, from] of places.slice(0, -1).entries()) inspect(all.subarray(from, places[index + 1]));
      }),
    );
  });

  it.each([
    ['an error of nothing', message('E', '')],
    ['an error whose fields do not end', message('E', 'SFATAL\0')],
    ['an error whose text does not end', message('E', 'SFATAL')],
    ['a notice without an end', message('N', 'Mno\0')],
    ['an error that ends in the next message', Buffer.concat([message('E', 'Mno\0'), message('Z', '\0')])],
    ['a length that does not count itself', Buffer.from('Z\0\0\0\x03', 'latin1')],
    ['a length of two thousand million', Buffer.from('D\x7f\xff\xff\xff', 'latin1')],
  ])('do not with %s, however they are cut', (_, bytes) => {
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const inspect = wholeMessages();
      expect(() => {
        inspect(Buffer.concat([...good, bytes.subarray(0, cut)]));
        inspect(bytes.subarray(cut));
      }).toThrow();
    }
  });
});
