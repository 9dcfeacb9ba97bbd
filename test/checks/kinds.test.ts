import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type KindRow, kinds } from '../../src/checks/kinds.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Definition {
  readonly pattern?: string;
  readonly oneOf?: readonly { readonly $ref: string }[];
  readonly properties?: { readonly kind?: { readonly const?: string }; readonly url?: { readonly $ref: string } };
}
const definitions: Readonly<Record<string, Definition>> = parse(read('openapi/config.yaml')).$defs;
const referred = ($ref = ''): Definition => definitions[$ref.replace('#/$defs/', '')] ?? {};
const configured = (definitions.CheckConfig?.oneOf ?? []).map(({ $ref }) => referred($ref).properties);
const { peerDependencies, peerDependenciesMeta } = JSON.parse(read('package.json'));

type Row = Omit<KindRow<never>, 'proveUrl' | 'load'> & { readonly kind: string };
const rows: readonly Row[] = Object.entries(kinds).map(([kind, row]) => ({ kind, ...row }));
const schemes = rows.flatMap((row) => row.schemes);

/** What the schema lets the URL of a kind be. */
function patternOf(kind: string): RegExp {
  const $ref = configured.find((properties) => properties?.kind?.const === kind)?.url?.$ref;
  return new RegExp(referred($ref).pattern ?? '(?!)', 'u');
}

/** The rows of tables that begin with a word. */
const rowsOf = (file: string, first: string): string[] =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith(`| \`${first}\` |`));

const names = (file: string, word: string): boolean => new RegExp(`(?<!\\w)${word}(?!\\w)`).test(read(file));

/** Every place that cannot read the table, and whether it has what the table says of a kind. */
const places: Readonly<Record<string, (row: Row) => boolean>> = {
  'src/checks: a folder of its own with the kind, and the driver that it loads': ({ kind, package: driver }) =>
    globSync(`src/checks/${kind}/${kind}.ts`, { cwd: root }).length > 0 &&
    (driver === undefined || read(`src/checks/${kind}/driver.ts`).includes(`await import('${driver}')`)),
  'test/checks: tests of its own': ({ kind }) => globSync(`test/checks/${kind}/*.test.ts`, { cwd: root }).length > 0,
  'src/index.ts: exported': ({ kind }) => read('src/index.ts').includes(`${kind} } from './checks/${kind}/${kind}.ts'`),
  'openapi/config.yaml: a definition, and a pattern with its schemes alone': ({ kind, schemes: own }) =>
    [...schemes, 'unheard-of', 'ftp'].every(
      (scheme) => patternOf(kind).test(`${scheme}://host`) === own.includes(scheme),
    ),
  'package.json: its driver among the optional peers': ({ package: driver }) =>
    driver === undefined || (driver in peerDependencies && peerDependenciesMeta[driver]?.optional === true),
  'docs/kinds.md: a row in both tables': ({ kind }) => rowsOf('docs/kinds.md', kind).length === 2,
  'docs/configuration.md: its variable, with the name of the check': ({ variable, usualName }) =>
    rowsOf('docs/configuration.md', variable).some((row) => row.includes(`\`${usualName}\``)),
  'docs/configuration.md: its driver among what is installed': ({ package: driver }) =>
    driver === undefined || new RegExp(`npm install probity .*\\b${driver}\\b`).test(read('docs/configuration.md')),
  'deploy/compose.yaml: its variable, where a driver is needed': ({ package: driver, variable }) =>
    driver === undefined || names('deploy/compose.yaml', variable),
  'deploy/kubernetes/base/probity.yaml: a check, where a driver is needed': ({
    kind,
    package: driver,
    variable,
    usualName,
  }) => {
    if (driver === undefined) return true;
    const { checks } = parse(read('deploy/kubernetes/base/probity.yaml'));
    return checks[usualName]?.kind === kind && checks[usualName].url === `\${${variable}}`;
  },
  'deploy/kubernetes/base/secret.example.env: its variable, where a driver is needed': ({
    package: driver,
    variable,
    schemes: own,
  }) =>
    driver === undefined ||
    own.some((scheme) => read('deploy/kubernetes/base/secret.example.env').includes(`${variable}=${scheme}://`)),
};

const lacking = (row: Row): string[] => Object.keys(places).filter((place) => !places[place]?.(row));

describe('a kind', () => {
  it.each(rows)('$kind has what the table says in every place', (row) => {
    expect(lacking(row)).toEqual([]);
  });

  it('that stands in the table alone lacks every place', () => {
    const made = {
      kind: 'unheard-of',
      schemes: ['unheard-of'],
      package: 'unheard-of-driver',
      variable: 'UNHEARD_OF_URL',
      usualName: 'unheard_of',
    } as const;
    expect(lacking(made)).toEqual(Object.keys(places));
  });

  it('stands in the table in the order of the schema', () => {
    expect(rows.map(({ kind }) => kind)).toEqual(configured.map((properties) => properties?.kind?.const));
  });

  it.each(Object.entries(kinds))('%s takes its schemes alone', (_, { schemes: own, proveUrl }) => {
    const example = (scheme: string): string => `${scheme}://host:1${scheme.endsWith('sentinel') ? '/master' : ''}`;
    const taken = [...schemes, 'unheard-of'].filter((scheme) => {
      try {
        proveUrl(example(scheme));
        return true;
      } catch {
        return false;
      }
    });
    expect(taken).toEqual(own);
  });

  it('has a variable and a name that no other one has', () => {
    for (const fact of ['variable', 'usualName', 'package'] as const) {
      const said = rows.flatMap((row) => row[fact] ?? []);
      expect(new Set(said).size).toBe(said.length);
    }
  });
});
