/**
 * Generates a client of openapi/probity.yaml with each generator, as its own manual says, into `generated/`.
 *
 *   node generate.ts URL      that of the service that the clients are for
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [url = 'http://127.0.0.1:8000'] = process.argv.slice(2);
const folder = join(import.meta.dirname, 'generated');
const document = join(import.meta.dirname, '../../openapi/probity.yaml');
const file = (name: string): string => join(folder, `${name}.ts`);
const orval = join(folder, 'orval.config.mjs');

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
// The one that writes the address into what it generates.
writeFileSync(
  orval,
  `export default ${JSON.stringify({ probity: { input: document, output: { target: file('orval'), client: 'fetch', baseUrl: url } } })};\n`,
);

const commands: readonly (readonly [string, ...string[]])[] = [
  ['openapi-typescript', document, '-o', file('openapi-typescript')],
  ['oazapfts', document, file('oazapfts')],
  ['swagger-typescript-api', 'generate', '-p', document, '-o', folder, '-n', 'swagger-typescript-api.ts'],
  ['openapi-zod-client', document, '-o', file('openapi-zod-client'), '--export-schemas'],
  ['orval', '--config', orval],
];

for (const [name, ...args] of commands) {
  const program = join(import.meta.dirname, 'node_modules/.bin', name);
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) continue;
  console.error(`${name} ended with ${status}:\n${stdout}${stderr}`);
  process.exit(1);
}
