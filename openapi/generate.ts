/**
 * Derives everything in generated/ from the documents in this folder.
 *
 *   node openapi/generate.ts FOLDER
 *
 * FOLDER is emptied first. The output is deterministic: `make drift` compares it with what is committed.
 */
import { rmSync } from 'node:fs';
import { generateConfig } from './generate/config.ts';
import { generateContract } from './generate/contract.ts';
import { generateValidators } from './generate/validators.ts';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Expected a folder: node openapi/generate.ts FOLDER');
  process.exit(2);
}

rmSync(folder, { recursive: true, force: true });
await generateContract(folder);
await generateConfig(folder);
await generateValidators(folder);
