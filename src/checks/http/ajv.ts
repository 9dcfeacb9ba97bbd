import { createRequire } from 'node:module';

interface Ajv {
  readonly Ajv2020: typeof import('ajv/dist/2020.js')['Ajv2020'];
  readonly formats: typeof import('ajv-formats');
}

/**
 * Loads ajv with the first schema, not with the start of every service; and at once, so that a mistake in a schema is
 * told where it is handed over. The build puts a module of CommonJS in the place of this file, which bundlers follow.
 */
export function loadAjv(): Ajv {
  const require = createRequire(import.meta.url);
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const formats = require('ajv-formats') as typeof import('ajv-formats');
  return { Ajv2020, formats };
}
