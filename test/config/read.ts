import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../generated/config/types.gen.ts';
import { ConfigError } from '../../src/config/error.ts';
import { validated } from '../../src/config/validate.ts';
import { yamlSource } from '../../src/config/yaml.ts';

/** What a file of this text configures. */
export async function read(text: string, env: NodeJS.ProcessEnv = {}): Promise<Config> {
  return validated(await yamlSource(text, 'probity.yaml', env));
}

/** What is said of a mistake; `accepted` when there is none. */
export async function mistakeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'accepted';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Runs `action` in a folder with these files, and removes it. */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'probity-config-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
