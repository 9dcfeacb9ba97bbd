import { describe, expect, it } from 'vitest';
import { commandOf, questionIn, shellLine, sleepIn } from '../../src/advisor/command.ts';
import { readDocuments } from '../../src/advisor/read.ts';
import type { Place } from '../../src/advisor/yaml-place.ts';

const place = readDocuments('a: 1', 'f')[0] as Place;
const asked = (...argv: string[]): unknown => {
  const question = questionIn(commandOf(place, argv));
  return question && [question.path, question.port?.value];
};

describe('what a command asks', () => {
  it.each([
    [
      ['curl', '-f', 'http://localhost:8000/internal/ready'],
      ['/internal/ready', 8000],
    ],
    [
      ['/usr/bin/curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:9000/ready?x=1'],
      ['/ready', 9000],
    ],
    [
      ['wget', '-q', '--spider', 'http://[::1]/health'],
      ['/health', 80],
    ],
    [
      ['sh', '-c', 'curl -f "http://localhost:8000/ready" || exit 1'],
      ['/ready', 8000],
    ],
    [
      ['probity', 'check'],
      ['/ready', undefined],
    ],
    [
      ['probity', 'check', '--timeout', '1s', 'http://127.0.0.1:9000'],
      ['/ready', 9000],
    ],
    [
      ['node', 'node_modules/probity/dist/src/cli/main.js', 'check', 'http://127.0.0.1:8000/health'],
      ['/health', 8000],
    ],
    [
      ['node_modules/.bin/probity', 'check', 'http://127.0.0.1:8000/health'],
      ['/health', 8000],
    ],
  ])('%j', (argv, expected) => {
    expect(asked(...argv)).toEqual(expected);
  });

  it.each([
    [['pg_isready', '-U', 'app']],
    [['curl', '-f', 'http://database:8000/ready']],
    [['curl', '-f', 'http://localhost:$' + '{PORT}/ready']],
    [['cat', '/tmp/healthy']],
    [['probity', 'status', 'http://127.0.0.1:8000']],
  ])('is not told by %j', (argv) => {
    expect(asked(...argv)).toBeUndefined();
  });
});

describe('a shell', () => {
  it('is needed where it is named, or where Docker puts it before a line', () => {
    expect(commandOf(place, ['/bin/sh', '-ec', 'sleep 5']).needsShell).toBe(true);
    expect(commandOf(place, ['bash', '-c', 'true']).needsShell).toBe(true);
    expect(shellLine(place, 'curl -f http://localhost').needsShell).toBe(true);
    expect(commandOf(place, ['sleep', '5']).needsShell).toBe(false);
  });
});

it.each([
  [['sleep', '5'], 5_000],
  [['/bin/sleep', '2.5'], 2_500],
  [['sh', '-c', 'sleep 5; nginx -s quit && sleep 1'], 6_000],
  [['nginx', '-s', 'quit'], 0],
  [['sleep', 'infinity'], 0],
])('%j sleeps for %d ms', (argv, ms) => {
  expect(sleepIn(commandOf(place, argv))).toBe(ms);
});
