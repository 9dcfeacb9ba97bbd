import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { asUser } from '../servers/process.ts';
import { execForm, only, pairs, root, type Stage, type Step, words } from './dockerfile.ts';

const run = promisify(execFile);

/** The file tree of an image, and what a container engine reads of its configuration. */
export interface Image {
  /** The folder that stands for `/`. */
  readonly tree: string;
  /** The tree of the stage with this name. */
  stage(name: string): string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
}

/**
 * Does in `folder` what a builder does with the stages: copies and runs what they say. Only the base images are missing:
 * what is copied out of them is taken from this machine.
 */
export async function assemble(stages: readonly Stage[], folder: string): Promise<Image> {
  const treeOf = (name: string): string => join(folder, name || 'image');
  for (const stage of stages) {
    const tree = treeOf(stage.name);
    let current = '/';
    for (const step of stage.steps) {
      if (step.keyword === 'WORKDIR') current = resolve(current, step.text);
      const here = join(tree, current);
      mkdirSync(here, { recursive: true });
      if (step.keyword === 'COPY')
        copy(step, step.flags.from === undefined ? root : treeOf(step.flags.from), here, tree);
      if (step.keyword === 'RUN') await run('/bin/sh', ['-c', step.text], { cwd: here, env: buildEnvironment() });
    }
  }
  const final = stages.at(-1) as Stage;
  return {
    tree: treeOf(final.name),
    stage: treeOf,
    env: pairs(only(final, 'ENV')),
    user: only(final, 'USER').text,
    folder: only(final, 'WORKDIR').text,
    entrypoint: execForm(only(final, 'ENTRYPOINT').text),
    cmd: execForm(only(final, 'CMD').text),
    healthcheck: execForm(only(final, 'HEALTHCHECK').text.replace(/^CMD\s+/, '')),
  };
}

/** The builder's own would be an empty cache; this one spares the registry. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, ...env } = process.env;
  return { ...env, npm_config_prefer_offline: 'true' };
}

function copy(step: Step, from: string, here: string, tree: string): void {
  const paths = words(step);
  const target = paths.pop() as string;
  const to = target.startsWith('/') ? join(tree, target) : join(here, target);
  for (const path of paths) {
    const source = join(from, path);
    if (!existsSync(source)) copyOfBase(path, to);
    else if (statSync(source).isDirectory()) cpSync(source, to, { recursive: true, verbatimSymlinks: true });
    else cpSync(source, target.endsWith('/') ? join(to, basename(path)) : to);
  }
}

/** Node is in the base image of the build; here it is the one that runs the tests, whose version is the same. */
function copyOfBase(path: string, to: string): void {
  if (path !== '/usr/local/bin/node') throw new Error(`COPY of ${path}: neither in the context nor made by the stage`);
  mkdirSync(join(to, '..'), { recursive: true });
  copyFileSync(process.execPath, to);
  chmodSync(to, 0o755);
}

/**
 * A command of the image as one of this machine: the program is looked for in the image's PATH, and its `#!` is followed
 * within the tree.
 */
export function commandOf({ tree }: Image, [name, ...args]: readonly string[]): string[] {
  const file = join(tree, '/usr/local/bin', name as string);
  const [, interpreter] = /^#!(\S+)\n/.exec(readFileSync(file).subarray(0, 100).toString()) ?? [];
  return interpreter === undefined ? [file, ...args] : [join(tree, interpreter), file, ...args];
}

/**
 * The beginning of a command line that runs the rest as the image's user, as far as we may become another one, and has
 * the kernel kill it when its parent dies.
 */
export function asImageUser({ user }: Image): string[] {
  const [uid, gid] = user.split(':');
  const identity = process.getuid?.() === 0 ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  return ['setpriv', '--pdeathsig=KILL', ...identity, '--'];
}

/** The same for a process with the number 1, as it has in a container, where the kernel lets us make such a namespace. */
export function asFirstProcess(): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  const [name, ...args] = ['unshare', ...user, '--pid', '--fork', '--kill-child', '--mount-proc'] as const;
  const isAllowed = spawnSync(name, [...args, 'true']).status === 0;
  return isAllowed ? [...asUser(), name, ...args] : [];
}
