import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { bare, commandOf, runsProbity, shellLine, sleepIn } from '../../src/advisor/command.ts';
import { checkTimeoutMs } from '../../src/advisor/defaults.ts';
import { ownTimeoutOf } from '../../src/advisor/own-timeout.ts';
import { readDocuments } from '../../src/advisor/read.ts';
import { constantStatus } from '../../src/advisor/status.ts';
import type { Place } from '../../src/advisor/yaml-place.ts';
import { milliseconds } from '../../src/base/duration.ts';
import { addCheck } from '../../src/cli/commands/check.ts';

const place = readDocuments('a: 1', 'f')[0] as Place;
const variable = '$' + '{SECONDS}';

describe('a shell', () => {
  it('is needed where it is named, or where Docker puts it before a line', () => {
    expect(commandOf(place, ['/bin/sh', '-ec', 'sleep 5']).needsShell).toBe(true);
    expect(commandOf(place, ['bash', '-c', 'true']).needsShell).toBe(true);
    expect(shellLine(place, 'curl -f http://localhost').needsShell).toBe(true);
    expect(commandOf(place, ['sleep', '5']).needsShell).toBe(false);
  });

  it('is handed a line in one word, and names what is behind it', () => {
    expect(commandOf(place, ['sh', '-c', 'echo a', 'b']).steps.map(({ words }) => words)).toEqual([['echo', 'a']]);
    expect(commandOf(place, ['sh', 'start.sh']).isPlain).toBe(false);
  });
});

it.each<[string[], number | undefined]>([
  [['sleep', '5'], 5_000],
  [['/bin/sleep', '2.5'], 2_500],
  [['sleep', '5m'], 300_000],
  [['sleep', '1m', '30s'], 90_000],
  [['sh', '-c', 'sleep 5; nginx -s quit && sleep 1'], 6_000],
  [['sh', '-c', "'sleep 10'"], 0],
  [['nginx', '-s', 'quit'], 0],
  [['sleep', 'infinity'], undefined],
  [['sh', '-c', `sleep ${variable}`], undefined],
  [['sh', '-c', 'while pgrep node; do sleep 1; done'], undefined],
])('%j sleeps for %s ms', (argv, ms) => {
  expect(sleepIn(commandOf(place, argv))).toBe(ms);
});

it.each<[string, 'ok' | 'failed' | undefined]>([
  ['curl -f http://localhost || true', 'ok'],
  ['curl -f http://localhost || exit 0', 'ok'],
  ['curl -f http://localhost; exit 0', 'ok'],
  ['curl -f http://localhost; exit 1', 'failed'],
  ['curl -f http://localhost && echo up || echo down', 'ok'],
  ['curl -f http://localhost; echo $?', 'ok'],
  ['exit 0; curl -f http://localhost', 'ok'],
  ['wget -q localhost | true', 'ok'],
  ['echo ok', 'ok'],
  ['sh -c "curl -f http://localhost || true"', 'ok'],
  ['curl -f http://localhost || exit 1', undefined],
  ['curl -f http://localhost; exit $?', undefined],
  ['curl -f http://localhost && echo up', undefined],
  ['curl -f http://localhost && exit 0 || exit 1', undefined],
  ['curl -s http://localhost | grep -q up', undefined],
  ['./healthcheck.sh', undefined],
  ['if curl -f http://localhost; then exit 0; else exit 1; fi', undefined],
  ['set -e; curl -f http://localhost; true', undefined],
  ['(curl -f http://localhost)', undefined],
  ['curl -f http://localhost & wait', undefined],
])('the status of `%s` is %s, whatever happens', (line, status) => {
  expect(constantStatus(shellLine(place, line))).toBe(status);
});

it.each<[string[], number | undefined]>([
  [['probity', 'check'], 2_000],
  [['probity', 'check', '--timeout', '10s', 'http://127.0.0.1:8000'], 10_000],
  [['probity', 'check', '--timeout=1500ms'], 1_500],
  [['probity', 'check', '--timeout', variable], undefined],
  [['curl', '-sfm', '3', 'http://localhost'], 3_000],
  [['curl', '--max-time', '2.5', 'http://localhost'], 2_500],
  [['curl', '-f', 'http://localhost'], undefined],
  [['wget', '-T', '5', 'http://localhost'], 5_000],
  [['wget', '--timeout=5', 'http://localhost'], 5_000],
  [['nc', '-z', '-w', '4', 'localhost', '8000'], 4_000],
  [['timeout', '1m', './healthcheck.sh'], 60_000],
  [['timeout', '-k', '1', '3', 'curl', '-m', '5', 'http://localhost'], 3_000],
  [['sh', '-c', 'curl -m 3 http://localhost || curl -m 7 http://localhost'], 7_000],
])('%j waits for %s ms by itself', (argv, ms) => {
  expect(ownTimeoutOf(commandOf(place, argv))).toBe(ms);
});

it.each<[string[], string[]]>([
  [
    ['exec', 'node', 'server.js'],
    ['node', 'server.js'],
  ],
  [
    ['env', 'A=b', 'timeout', '-s', 'INT', '5', 'node', 'x'],
    ['node', 'x'],
  ],
  [
    ['timeout', '5s', 'node', 'x'],
    ['node', 'x'],
  ],
])('%j runs %j', (words, run) => {
  expect(bare(words)).toEqual(run);
});

it('knows how long `probity check` waits when it is not told', () => {
  const program = new Command();
  addCheck(program);
  const timeout = program.commands[0]?.options.find(({ long }) => long === '--timeout');
  expect(milliseconds('timeout', timeout?.defaultValue)).toBe(checkTimeoutMs);
});

it('knows its own command behind whatever runs it', () => {
  expect(runsProbity(['npx', 'probity', 'serve'], 'serve')).toBe(true);
  expect(runsProbity(['node', 'server.js', 'serve'], 'serve')).toBe(false);
});
