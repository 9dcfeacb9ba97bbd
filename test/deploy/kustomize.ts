import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { program } from '../servers/process.ts';
import { root } from './dockerfile.ts';
import type { Manifest } from './strict.ts';

const run = promisify(execFile);

/** The first kubectl with kustomize 5, which knows what the kustomizations say. */
const oldest = 27;

/** What `kubectl kustomize` makes of a folder of the repository. */
export const kustomized = (folder: string): Promise<Manifest[]> => kustomizedAt(join(root, folder));

/** The same of any folder. A warning is an error. */
export async function kustomizedAt(folder: string): Promise<Manifest[]> {
  const kubectl = program('kubectl');
  await demandVersion(kubectl);
  const { stdout, stderr } = await run(kubectl, ['kustomize', folder]);
  if (stderr !== '') throw new Error(`kubectl kustomize ${folder} complains: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

async function demandVersion(kubectl: string): Promise<void> {
  const { stdout } = await run(kubectl, ['version', '--client', '--output=json']);
  const { major, minor } = JSON.parse(stdout).clientVersion as { major: string; minor: string };
  if (Number(major) > 1 || Number.parseInt(minor, 10) >= oldest) return;
  throw new Error(
    `${kubectl} is version ${major}.${minor}, as Debian 12 packages it; its kustomize is too old. ` +
      `Install kubectl 1.${oldest} or later: https://kubernetes.io/docs/tasks/tools/`,
  );
}
