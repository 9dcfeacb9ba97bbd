import { describe, expect, it } from 'vitest';
import { parseLine, splitWords } from '../../src/advisor/shell.ts';

const steps = (line: string): string[] => parseLine(line).steps.map(({ joint, words }) => [joint, ...words].join(' '));

describe('the commands of a line', () => {
  it.each<[string, string[]]>([
    ['a b', [' a b']],
    ['a && b || c; d | e & f', [' a', '&& b', '|| c', '; d', '| e', '& f']],
    ['a "b c" \'d;e\' f\\ g', [' a b c d;e f g']],
    ['a >/dev/null 2>&1 || b', [' a', '|| b']],
    ['sleep 2 > /dev/null', [' sleep 2']],
    ['a 2>>log && b &> log', [' a', '&& b']],
    ['a\nb', [' a', '; b']],
    ['a \\\n b', [' a b']],
    ['a # && b\nc', [' a', '; c']],
    ['A=1 B=2 a', [' a']],
    ['if a; then b; else c; fi', [' a', '; b', '; c']],
    ['! a', [' a']],
    ['(a && b) || c', [' a', '&& b', '|| c']],
    ['x $(a) y', [' a', ' x $' + '{} y']],
    ['x `a b` y', [' a b', ' x $' + '{} y']],
    ['x "$(a; b)"', [' a', '; b', ' x $' + '{}(a; b)']],
    ['', []],
  ])('%j', (line, expected) => {
    expect(steps(line)).toEqual(expected);
  });

  it('are plain when they are nothing but commands', () => {
    for (const line of ['a', 'a && b || c', 'a; b | c', 'a "b;c"']) expect(parseLine(line).isPlain).toBe(true);
    for (const line of ['(a)', 'a $(b)', 'a "$(b)"', 'if a; then b; fi', '! a', 'a & b', 'trap a TERM; b', '{ a; }'])
      expect(parseLine(line).isPlain).toBe(false);
  });

  it('tell whose words are read, and who decides', () => {
    const [curl, grep] = parseLine('curl -s x | grep y').steps;
    expect([curl?.isRead, grep?.isRead]).toEqual([true, false]);
    expect(parseLine('test $(a) -eq 1').steps.map(({ isRead }) => isRead)).toEqual([true, false]);
    expect(parseLine('if a; then b; fi').steps.map(({ isCondition }) => isCondition)).toEqual([true, false]);
  });
});

it('splits for compose as far as there is no syntax of a shell', () => {
  expect(splitWords('node "a b" c')).toEqual(['node', 'a b', 'c']);
  expect(splitWords('sh -c "a; b"')).toEqual(['sh', '-c', 'a; b']);
  expect(splitWords('a && b')).toEqual(['a']);
});
