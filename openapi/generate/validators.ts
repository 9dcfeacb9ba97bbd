import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { readErrors, readOperations } from '../../src/contract/operations.ts';
import { schemaRefs } from '../../src/contract/validators.ts';

/**
 * The ids of the operations with an extension, the words of `x-access`, and validators of every declared body and header
 * of the built-in contract, compiled ahead of time, into `contract/operations.gen.ts`: the service answers its first
 * probe without loading ajv.
 */
export async function generateValidators(folder: string): Promise<void> {
  const document = JSON.parse(readFileSync(`${folder}/contract/document.json`, 'utf8'));
  // `unicode: false` counts UTF-16 units, and formats are plain expressions: anything else would make the generated
  // code import ajv. The logger would only say that `unicode` is deprecated.
  const ajv = new Ajv2020({
    strict: false,
    strictNumbers: true,
    unicode: false,
    logger: false,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
      'uri-reference': fullFormats['uri-reference'] as RegExp,
    },
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(document, 'openapi');
  const operations = [...readOperations(document), readErrors(document)];
  const refs = [...new Set(operations.flatMap(schemaRefs))];
  const names = Object.fromEntries(refs.map((ref, index) => [`v${index}`, ref]));
  for (const ref of refs) ajv.addSchema({ $ref: `openapi${ref}` }, ref);
  // Only the table is exported: what is exported needs declared types.
  const code = standalone.default(ajv, names).replaceAll(/^export const/gm, 'const');
  const union = (words: readonly string[]): string => words.map((word) => `\n  | '${word}'`).join('');
  const ids = (kind: 'probe' | 'simulate'): string =>
    union(operations.filter((operation) => operation[kind]).map(({ id }) => id));
  const extensions = JSON.parse(readFileSync('openapi/extensions.json', 'utf8'));
  const table = Object.entries(names).map(([name, ref]) => `  ${JSON.stringify(ref)}: ${name},\n`);
  writeFileSync(
    `${folder}/contract/operations.gen.ts`,
    [
      '// @ts-nocheck\n// This file is auto-generated from openapi/probity.yaml by ajv: do not edit.\n',
      "import type { Validate } from '../../src/contract/validators.ts';\n\n",
      `/** Answered from prepared replies. */\nexport type ProbeOperation =${ids('probe')};\n\n`,
      `/** Answered by setting or clearing the declared fault. */\nexport type SimulateOperation =${ids('simulate')};\n\n`,
      `/** Who may ask for an operation. */\nexport type AccessGroup =${union(extensions.$defs['x-access'].enum)};\n\n`,
      code,
      `\nexport const validators: Readonly<Record<string, Validate>> = {\n${table.join('')}};\n`,
    ].join(''),
  );
}
