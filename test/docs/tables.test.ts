import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Reason } from '../../generated/contract/types.gen.ts';
import { kindNames } from '../../src/checks/kinds.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { isBusy, reasons } from '../../src/health/check-state.ts';
import type {
  CheckEvent,
  FaultEvent,
  Probity,
  ProbityEvents,
  ProbityOptions,
  ShutdownOptions,
  TransitionEvent,
} from '../../src/index.ts';
import { builtin, type MutableDocument } from '../support.ts';
import { codeIn, pageAt, type Row, tableOf } from './pages.ts';

const configuration: MutableDocument = parse(readFileSync('openapi/config.yaml', 'utf8'));
const definition = (name: string): MutableDocument => configuration.$defs[name];
const resolved = (schema: MutableDocument): MutableDocument =>
  schema.$ref === undefined ? schema : { ...definition(schema.$ref.split('/').at(-1)), ...schema };
const checksOf = kindNames.map((kind) => {
  const found = Object.values<MutableDocument>(configuration.$defs).find((one) => one.properties?.kind?.const === kind);
  return [kind, found.properties] as [string, Record<string, MutableDocument>];
});
const everyCheck = tableOf('docs/configuration.md', 'key', 1);

/** The names in the first column: of `listen(port, …)` and `{ every }` the first word. */
const namesIn = (rows: readonly Row[]): string[] =>
  rows.flatMap(([first]) => codeIn(first).map((code) => code.replace(/\(.*/, '')));

/** A list that the compiler holds to the keys of a type. */
const keysOf = <Type>(keys: Readonly<Record<keyof Type, true>>): string[] => Object.keys(keys);

describe('the table of', () => {
  it('reasons has them all, in the order of the contract, with what each counts as', () => {
    const countsAs = (reason: Reason): string => {
      if (reason === 'pending' || reason === 'stale') return 'not ready';
      if (reason === 'certificate_expiring') return 'degraded';
      return isBusy(reason) ? 'busy' : 'failure';
    };
    const { Reason: schema } = (builtin.document as MutableDocument).components.schemas;
    const rows = tableOf('docs/states-and-reasons.md', 'reason');
    expect(rows.map(([name, counts]) => [codeIn(name)[0], counts])).toEqual(
      schema.enum.map((reason: Reason) => [reason, countsAs(reason)]),
    );
    expect(namesIn(rows).toSorted()).toEqual(reasons.toSorted());
    for (const [, , when] of rows) expect(when).toMatch(/^\S.+/);
  });

  it('requirements has them all', () => {
    const rows = tableOf('docs/states-and-reasons.md', '`requiredFor`');
    expect(namesIn(rows)).toEqual(definition('RequiredFor').enum);
  });

  it('options has those of createProbity', () => {
    const options = keysOf<ProbityOptions>({
      ...{ checks: true, probes: true, simulation: true, access: true, management: true, fleet: true, contract: true },
      ...{ atRoot: true, releaseId: true },
      ...{ maxEventLoopDelay: true, heartbeats: true, explicitStart: true, shutdown: true, log: true },
    });
    expect(namesIn(tableOf('docs/library.md', 'option'))).toEqual(options);
  });

  it('members has those of Probity', () => {
    const members = keysOf<Probity>({
      ...{ handler: true, listen: true, management: true, start: true, started: true, heartbeat: true, fail: true },
      ...{
        manage: true,
        onShutdown: true,
        shutdown: true,
        registerMetrics: true,
        replaceTokens: true,
        drain: true,
        stop: true,
      },
    });
    expect(namesIn(tableOf('docs/library.md', 'member'))).toEqual(members);
  });

  it('options of the shutdown has them all, with their defaults', () => {
    const rows = tableOf('docs/shutdown.md', 'option');
    const options = { drainDelay: true, deadline: true, signals: true, uncaughtErrors: true } as const;
    expect(namesIn(rows)).toEqual(keysOf<ShutdownOptions>(options));
    const { drainDelay, deadline, signals } = configuration.properties.shutdown.properties;
    expect(rows.slice(0, 2).map(([, , value]) => value)).toEqual([
      `\`${drainDelay.default}\``,
      `\`${deadline.default}\``,
    ]);
    expect(codeIn(rows[2]?.[1])).toEqual(signals.items.enum);
  });

  it('keys of a file has those of the schema, with their defaults', () => {
    const rows = tableOf('docs/configuration.md', 'key');
    expect(namesIn(rows).toSorted()).toEqual(Object.keys(configuration.properties).toSorted());
    for (const [name, meaning, shown = ''] of rows) {
      const schema = resolved(configuration.properties[codeIn(name)[0] ?? '']);
      if (schema.default !== undefined && typeof schema.default !== 'object')
        expect([name, shown]).toEqual([name, `\`${schema.default}\``]);
      for (const inner of Object.keys(schema.properties ?? {})) expect(meaning).toContain(`\`${inner}\``);
    }
  });

  it('keys of every check has those of the schema, with their defaults', () => {
    for (const [name, meaning = '', shown = ''] of everyCheck) {
      const [key = ''] = codeIn(name);
      const lacking = checksOf.filter(([, properties]) => !(key in properties)).map(([kind]) => kind);
      const [, without] = /\(not ([^)]+)\)$/.exec(meaning) ?? [];
      expect([key, codeIn(without)]).toEqual([key, lacking]);
      const schemas = checksOf.flatMap(([, { [key]: schema }]) => (schema === undefined ? [] : [resolved(schema)]));
      for (const { default: value } of schemas)
        if (value !== undefined) expect([name, shown]).toEqual([name, `\`${value}\``]);
    }
  });

  it('kinds has them all, with what is their own, and a row for their URLs', () => {
    const rows = tableOf('docs/kinds.md', 'kind');
    expect(namesIn(rows)).toEqual(kindNames);
    expect(namesIn(tableOf('docs/kinds.md', 'kind', 1))).toEqual(kindNames);
    for (const [kind, properties] of checksOf) {
      const own = Object.keys(properties).filter((key) => !['kind', 'url', ...namesIn(everyCheck)].includes(key));
      const [, , said = ''] = rows.find(([name]) => codeIn(name)[0] === kind) ?? [];
      for (const key of own) expect(said).toMatch(new RegExp(`\`${key}\\b`));
    }
  });

  it('variables has those that are read', async () => {
    const read = new Set<string>();
    const env = new Proxy({} as NodeJS.ProcessEnv, {
      get(_, name) {
        read.add(String(name));
        return undefined;
      },
    });
    await loadSettings({ env, folder: 'docs' }).catch(() => {});
    expect(namesIn(tableOf('docs/configuration.md', 'variable')).toSorted()).toEqual([...read].toSorted());
  });

  it('what can be protected has it all, with its paths', () => {
    const rows = tableOf('docs/access.md', '`protect`');
    expect(namesIn(rows)).toEqual(definition('Protected').enum);
    for (const [group, guards] of rows) {
      const paths = builtin.operations.filter(({ access }) => access === codeIn(group)[0]).map(({ path }) => path);
      expect(codeIn(guards?.split(';')[0]).toSorted()).toEqual(paths.toSorted());
    }
  });

  it('faults has the kinds of the contract, with their own properties', () => {
    const { schemas } = (builtin.document as MutableDocument).components;
    const expected = schemas.Fault.oneOf.map(({ $ref }: { $ref: string }) => {
      const { kind, ttlSeconds: _, ...own } = schemas[$ref.split('/').at(-1) ?? ''].properties;
      return [...kind.enum, ...Object.keys(own)];
    });
    const rows = tableOf('docs/faults.md', '`kind`');
    expect(rows.map(([kind, own]) => [...codeIn(kind), ...codeIn(own)])).toEqual(expected);
  });

  it('events has the channels, with what their payloads have', () => {
    const at = { check: true, reason: true, simulated: true, durationMs: true, at: true } as const;
    const events: Record<keyof ProbityEvents, readonly string[]> = {
      'probity:check': keysOf<CheckEvent>({ ...at, outcome: true }),
      'probity:transition': keysOf<TransitionEvent>({ ...at, from: true, to: true }),
      'probity:fault': keysOf<FaultEvent>({ check: true, action: true, kind: true, by: true, until: true, at: true }),
    };
    const rows = tableOf('docs/metrics-and-logs.md', 'channel');
    expect(rows.map(([name, , payload]) => [codeIn(name)[0], ...codeIn(payload).slice(1).toSorted()])).toEqual(
      Object.entries(events).map(([name, keys]) => [name, ...keys.toSorted()]),
    );
  });

  it('endpoints has every operation of the contract', () => {
    const operations = builtin.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(namesIn(tableOf('README.md', 'operation')).toSorted()).toEqual(operations.toSorted());
  });

  it('answers that belong to no operation has their statuses', () => {
    const [, listed = ''] =
      /`x-errors` of the document, by status: ([^.]*)\./.exec(pageAt('docs/contract.md').text) ?? [];
    expect(listed.match(/\d{3}/g)).toEqual(Object.keys((builtin.document as MutableDocument)['x-errors']));
  });
});
