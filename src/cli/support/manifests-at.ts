import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDockerfile } from '../../advisor/dockerfile.ts';
import type { Manifest } from '../../advisor/lint.ts';
import { oneLine } from '../../base/shown.ts';
import { ConfigError } from '../../config/error.ts';
import { readText } from '../../config/file.ts';

/** A file, or whatever may be a manifest in a folder and in those within it. */
export function manifestsAt(path: string): Manifest[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [manifestOf(path, false)];
  const files = filesIn(path).sort();
  if (files.length === 0)
    throw new ConfigError(
      oneLine(path),
      'expected a file or a folder with manifests in it, found none',
      'PROBITY_MANIFEST',
    );
  return files.map((file) => manifestOf(file, true));
}

/** A link to a folder is not followed: it may lead back. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isLeftOut(entry.name) ? [] : filesIn(path);
    return entry.isFile() && mayBeManifest(entry.name) ? [path] : [];
  });

const mayBeManifest = (name: string): boolean => /\.ya?ml$/i.test(name) || isDockerfile(name);

/** What is installed, and what tools keep for themselves. */
const isLeftOut = (folder: string): boolean => folder === 'node_modules' || folder.startsWith('.');

const manifestOf = (file: string, isFound: boolean): Manifest => ({
  file: oneLine(file),
  text: readText(file, 'PROBITY_MANIFEST'),
  isFound,
  isPart: isPart(file),
});

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether kustomize, or compose with a file laid over this one, has the whole. */
function isPart(file: string): boolean {
  const beside = (name: string): boolean => existsSync(join(dirname(file), name));
  const [, compose] = /^((?:docker-)?compose)\.ya?ml$/.exec(basename(file)) ?? [];
  const overrides = compose === undefined ? [] : [`${compose}.override.yaml`, `${compose}.override.yml`];
  return [...kustomizations, ...overrides].some(beside);
}
