import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { parse } from 'yaml';
import { kindNames } from '../../src/checks/kinds.ts';
import { type CheckConfig, defaultSettings } from '../../src/config/settings.ts';
import { protectable } from '../../src/contract/access.ts';
import type { CheckOptions } from '../../src/health/checker.ts';
import { defaultRules } from '../../src/health/rules.ts';
import { accessOf } from '../../src/server/access/options.ts';

interface Schema {
  $ref?: string;
  description?: string;
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  $defs?: Record<string, Schema>;
}

const root: Schema = parse(readFileSync('openapi/config.yaml', 'utf8'));
const definitions = root.$defs ?? {};
const generated = readFileSync('generated/config/validators.gen.ts', 'utf8');

/** A schema with what it refers to. */
function resolved(schema: Schema | undefined): Schema {
  const target = schema?.$ref === undefined ? {} : resolved(definitions[schema.$ref.replace('#/$defs/', '')]);
  return { ...target, ...schema };
}

/** Every property that can be written, by its place in the schema. */
function properties(place: string, schema: Schema): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    [`${place}.${name}`, resolved(property)],
    ...properties(`${place}.${name}`, property),
  ]);
}

const all = [root, ...Object.values(definitions)].flatMap((schema, index) =>
  properties(['settings', ...Object.keys(definitions)][index] ?? '', schema),
);
const defaultOf = (name: string): unknown => Object.fromEntries(all)[name]?.default;

test.each(all)('%s is described in one line', (_, { description }) => {
  expect(description).toMatch(/^\S.{10,}$/);
});

test('the defaults of the settings are those that are applied', () => {
  expect({
    host: defaultOf('settings.host'),
    port: defaultOf('settings.port'),
    simulation: defaultOf('settings.simulation'),
    mergeContract: defaultOf('settings.mergeContract'),
    maxEventLoopDelay: defaultOf('settings.maxEventLoopDelay'),
    logLevel: defaultOf('settings.log.level'),
    shutdown: {
      drainDelay: defaultOf('settings.shutdown.drainDelay'),
      deadline: defaultOf('settings.shutdown.deadline'),
    },
    heartbeats: defaultOf('settings.heartbeats'),
    checks: defaultOf('settings.checks'),
  }).toEqual(defaultSettings);
  expect(defaultOf('settings.access.protect')).toEqual(accessOf({}).protect);
});

describe.each(kindNames)('a check of the kind %s', (kind) => {
  const [name = '', definition] =
    Object.entries(definitions).find(([, { properties: own }]) => own?.kind?.const === kind) ?? [];
  // A kind has no option for what its runs do anyway, or cannot have.
  const defaults = Object.entries(defaultRules).filter(([option]) => option in (definition?.properties ?? {}));

  test.each(defaults)('%s is %j by default', (option, value) => {
    expect(defaultOf(`${name}.${option}`)).toBe(value);
  });

  test('takes the options of every check', () => {
    const options = ['label', 'requiredFor', 'interval', 'timeout', 'staleAfter', 'failAfter', 'recoverAfter'];
    expect(Object.keys(definition?.properties ?? {})).toEqual(expect.arrayContaining(['kind', 'url', ...options]));
  });
});

test('a configured check has the options of a check, and those of its kind', () => {
  expectTypeOf<CheckConfig>().toExtend<CheckOptions>();
  expectTypeOf<Extract<CheckConfig, { kind: 'http' }>['status']>().toEqualTypeOf<number[] | undefined>();
});

test('what can be protected is what the guard knows', () => {
  expect(definitions.Protected).toMatchObject({ enum: protectable });
});

test('the validator imports types only', () => {
  expect(generated).not.toMatch(/^import (?!type )|\brequire\(|\bimport\(/m);
});
