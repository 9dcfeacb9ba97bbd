import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createClient } from '@hey-api/openapi-ts';

const input = './openapi/probity.yaml';

/**
 * Server types, the map of operations for the binding of handlers, and the bundled document into `contract/`; the typed
 * fetch client into `client/`.
 */
export async function generateContract(folder: string): Promise<void> {
  const extension = '.ts';
  await createClient([
    {
      input,
      logs: { level: 'silent' },
      output: {
        path: `${folder}/contract`,
        source: { enabled: true, fileName: 'document' },
        module: {
          extension,
          // Only the fastify plugin emits a map keyed by operationId: its handler type becomes ours, fastify stays out.
          resolve: (name: string) => (name === 'fastify' ? '../../src/contract/route-handler.ts' : undefined),
        },
      },
      plugins: ['@hey-api/typescript', 'fastify'],
    },
    {
      input,
      logs: { level: 'silent' },
      output: { path: `${folder}/client`, module: { extension } },
      plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    },
  ]);
  withoutLinks(`${folder}/client/client/types.gen.ts`);
  for (const file of globSync(`${folder}/client/{client,core}/*.ts`)) unchecked(file);
}

/** Leaves out where the generator's comments send the reader for other packages. */
function withoutLinks(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/\{@link https:\S+ (`[^`]+`)\}/g, '$1'));
}

/** What the client runs on is the generator's own code, the same for every contract; it is not written for strict settings. */
function unchecked(file: string): void {
  writeFileSync(file, `// @ts-nocheck\n${readFileSync(file, 'utf8')}`);
}
