import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '../..');
/** Bundlers, frameworks and compilers, which `make examples` installs. */
export const tools: string = join(root, 'examples/node_modules');

export const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });

/** A project of somebody's. */
export interface Project {
  readonly path: string;
  write(name: string, content: string): void;
  /** Adds a package that we have, with what it needs. */
  add(name: string): void;
  remove(): void;
}

/** One with nothing but the package as npm would get it, built by `make build`: no driver, no types, no tools. */
export function installPackage(): Project {
  const path = mkdtempSync(join(tmpdir(), 'probity package '));
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', path], root));
  writeFileSync(join(path, 'package.json'), '{ "private": true }');
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  run('npm', ['install', ...quietly, `./${filename}`], path);
  return {
    path,
    write: (name, content) => writeFileSync(join(path, name), content),
    add: (name) => add(name, path),
    remove: () => rmSync(path, { recursive: true }),
  };
}

function add(name: string, path: string): void {
  const [from, to] = [root, path].map((folder) => join(folder, 'node_modules', name)) as [string, string];
  if (existsSync(to)) return;
  cpSync(from, to, { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) add(dependency, path);
}
