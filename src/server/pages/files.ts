import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The text of a file of the pages. The build puts a module in the place of this file that has all of their texts: so they
 * are part of whatever Probity is bundled into, and swagger-ui-dist, which would bring install analytics along, is no
 * dependency. Here, it is where npm has put it.
 */
export function textOf(name: string): string {
  const file = name.startsWith('swagger-ui/')
    ? createRequire(import.meta.url).resolve(name.replace('/', '-dist/'))
    : new URL(`./${name}`, import.meta.url);
  return readFileSync(file, 'utf8');
}
