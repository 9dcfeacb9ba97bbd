import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../e2e/command.ts';
import { builtin } from '../support.ts';
import { commandsIn, pages, root } from './pages.ts';

const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** What is typed in the blocks of a page, without the variables before a command. */
const inBlocks: [string, string][] = pages.flatMap(({ path, fences }) =>
  fences
    .filter(({ info }) => /^(sh|console)/.test(info))
    .flatMap(commandsIn)
    .map((line): [string, string] => [path, line.replace(/^([A-Z_]+=([^\s(]|\([^)]*\))+ )+/, '')]),
);

/** The same in sentences, where it is one word among others. */
const inSentences = pages.flatMap(({ path, code }) => code.map((line): [string, string] => [path, line]));

const typed = [...inBlocks, ...inSentences];

const startingWith = (word: RegExp): [string, string][] => typed.filter(([, line]) => word.test(line));

const isTarget = (name: string): boolean => new RegExp(`^${name}:`, 'm').test(makefile);

const helps = new Map<string, Promise<string>>();

/** What `probity COMMAND --help` prints. */
function helpOf(words: readonly string[]): Promise<string> {
  const asked = words.join(' ');
  const help = helps.get(asked) ?? runCommand([...words, '--help']).then(({ stdout }) => stdout);
  helps.set(asked, help);
  return help;
}

it.each(inBlocks)('%s: somebody judges %s', (_, line) => {
  expect(line).toMatch(/^(make|npm (start|test|run|install)|probity|curl|kubectl|docker|promtool|TOKEN=\$\(kubectl) ?/);
});

it.each(startingWith(/^make /))('%s: there is a target for %s', (_, line) => {
  const targets = line
    .split(' ')
    .slice(1)
    .filter((word) => /^[a-z-]+$/.test(word));
  expect(targets.length).toBeGreaterThan(0);
  expect(targets.filter((name) => !isTarget(name))).toEqual([]);
});

it.each(startingWith(/^npm (run|start|test)\b/))('%s: there is a script for %s', (_, line) => {
  const [, first = '', second = ''] = line.split(/\s+/);
  expect(Object.keys(scripts)).toContain(first === 'run' ? second : first);
});

it.each(startingWith(/(^|\| )probity [a-z]/))('%s: there is what %s asks for', async (_, line) => {
  const [, command = ''] = /(?:^|\| )probity (.*)$/.exec(line) ?? [];
  const words = (command.split(/[;&|]/)[0] ?? '').trim().split(/\s+/);
  const names = words[0] === 'faults' && words.length > 1 ? words.slice(0, 2) : words.slice(0, 1);
  const help = await helpOf(names);
  expect(help).toContain(`Usage: probity ${names.join(' ')}`);
  for (const word of words.filter((one) => one.startsWith('--'))) expect(help).toMatch(new RegExp(`${word}\\b`));
});

it.each(startingWith(/^(GET|POST|PUT|DELETE) \//))('%s: %s is an operation of the contract', (_, line) => {
  const [method = '', path = ''] = line.split(' ');
  expect(builtin.operations.map((operation) => `${operation.method.toUpperCase()} ${operation.path}`)).toContain(
    `${method} ${path.replace('/faults/liveness', '/faults/{check}')}`,
  );
});

it.each(startingWith(/^(docker|promtool) /))('%s: the files are there that %s names', (_, line) => {
  const named = line.match(/\b(?:deploy|openapi|docs)\/[\w./-]+/g) ?? [];
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

/** The folders at the top of the repository, by which a path is told from other words with a slash. */
const tops = /^(src|test|openapi|generated|deploy|examples|bench|docs|scripts|\.github|\.ci)\/[\w./-]*$/;

it.each(startingWith(tops))('%s: there is %s', (_, path) => {
  expect(existsSync(join(root, path))).toBe(true);
});

it('finds what it looks for', () => {
  expect(startingWith(/^make /).length).toBeGreaterThan(5);
  expect(startingWith(/^npm (run|start|test)\b/).length).toBeGreaterThan(2);
  expect(startingWith(/(^|\| )probity [a-z]/).length).toBeGreaterThan(20);
  expect(startingWith(/^(GET|POST|PUT|DELETE) \//).length).toBeGreaterThan(20);
  expect(startingWith(tops).length).toBeGreaterThan(5);
});
