import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (file: string): readonly [file: string, code: string] => [file, readFileSync(file, 'utf8')];
const code = new Map(
  globSync('{src,test,bench,examples,openapi,.ci}/**/*.ts', { exclude: ['**/node_modules/**'] }).map(read),
);

/** What a file imports by name, as `path#name`; of what is imported as a whole, or later, `path#*`. */
function importedBy(file: string, text: string): string[] {
  const place = (specifier: string): string => join(dirname(file), specifier);
  const named = text.matchAll(/\{([^{}]*)\}\s+from\s+'(\.[^']+)'/g);
  const whole = text.matchAll(/(?:\*(?: as \w+)? from |import\()'(\.[^']+)'/g);
  return [
    ...[...named].flatMap(([, names = '', specifier = '']) =>
      names.split(',').map(
        (name) =>
          `${place(specifier)}#${
            name
              .trim()
              .replace(/^type /, '')
              .split(' as ')[0]
          }`,
      ),
    ),
    ...[...whole].map(([, specifier = '']) => `${place(specifier)}#*`),
  ];
}

const imported = new Set([...code].flatMap(([file, text]) => importedBy(file, text)));

function unused(file: string, text: string): string[] {
  const exported = text.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm);
  return [...exported].flatMap(([, name = '']) => (imported.has(`${file}#${name}`) ? [] : [name]));
}

/** The faces are for other packages; these rooms have exports left that nobody uses. */
const left = /^src\/(index\.ts|client\.ts|(advisor|config|contract|verify)\/)/;
const files = [...code].filter(([file]) => file.startsWith('src/') && !left.test(file) && !imported.has(`${file}#*`));

describe('the exports', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imported).toContain('src/service/assembly.ts#assemble');
    expect(imported).toContain('src/isolated/parent.ts#*');
    expect(unused('src/base/log.ts', 'export const nobodyImportsThis = 1;')).toEqual(['nobodyImportsThis']);
  });

  it.each(files)('of %s are each imported by another file', (file, text) => {
    expect(unused(file, text)).toEqual([]);
  });
});
