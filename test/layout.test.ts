import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What a folder of src, or a file right in it, may import beside itself. */
interface Rule {
  readonly values?: readonly string[];
  /** Types are free of cost and of cycles, but say what a folder knows of. */
  readonly types?: readonly string[];
  /** Packages that are loaded with the folder. */
  readonly packages?: readonly string[];
  /** Packages that are loaded when they are needed. */
  readonly later?: readonly string[];
}

/** `node` stands for every module of Node. */
const rules: Readonly<Record<string, Rule>> = {
  'duration.ts': {},
  'shown.ts': {},
  'nesting.ts': { types: ['yaml'] },
  'read-file.ts': {},
  'log.ts': { values: ['shown.ts'], types: ['clock.ts'] },
  'wall-clock.ts': { values: ['clock.ts'] },
  'clock.ts': {},
  'node-http.ts': {},
  'nearest.ts': {},
  'known-options.ts': { values: ['nearest.ts'] },
  health: { values: ['duration.ts', 'shown.ts'], types: ['generated', 'checks'] },
  checks: {
    values: ['node-http.ts', 'clock.ts', 'duration.ts', 'known-options.ts'],
    types: ['generated', 'ajv', 'ajv-formats'],
    packages: ['node'],
    later: ['amqplib', 'ioredis', 'pg'],
  },
  faults: { values: ['checks', 'clock.ts'], types: ['generated'] },
  fleet: {
    values: ['checks', 'faults', 'clock.ts', 'log.ts'],
    types: ['generated'],
    packages: ['node'],
    later: ['ioredis'],
  },
  monitor: {
    values: ['health', 'checks', 'clock.ts', 'shown.ts'],
    types: ['generated', 'duration.ts'],
    packages: ['node'],
  },
  contract: {
    values: ['generated', 'openapi', 'health', 'node-http.ts', 'nesting.ts', 'read-file.ts', 'shown.ts'],
    types: ['log.ts'],
    packages: ['node', 'ajv', 'ajv-formats', 'openapi-backend', '@apidevtools/json-schema-ref-parser', 'yaml'],
  },
  server: {
    values: ['contract', 'health', 'faults', 'clock.ts', 'node-http.ts', 'wall-clock.ts'],
    types: ['generated', 'monitor', 'fleet', 'log.ts'],
    packages: ['node', 'express'],
    later: ['prom-client'],
  },
  lifecycle: {
    // The worker thread is a program of its own, with a server of its own.
    values: ['contract', 'server', 'clock.ts', 'duration.ts', 'log.ts'],
    types: ['generated'],
    packages: ['node'],
  },
  'options.ts': {
    values: ['checks', 'health', 'known-options.ts'],
    types: ['contract', 'faults', 'lifecycle', 'monitor', 'server', 'duration.ts', 'log.ts'],
  },
  events: {
    values: ['checks', 'clock.ts', 'wall-clock.ts'],
    types: ['generated', 'faults', 'monitor', 'log.ts', 'health'],
    packages: ['node'],
  },
  'simulating.ts': {
    values: ['generated', 'faults', 'fleet', 'health', 'monitor', 'clock.ts', 'log.ts', 'shown.ts'],
    types: ['fleet', 'options.ts'],
    later: ['fleet'],
  },
  'listeners.ts': {
    values: ['lifecycle', 'server'],
    types: ['contract', 'faults', 'monitor', 'log.ts'],
    packages: ['node'],
    later: ['lifecycle'],
  },
  'assembly.ts': {
    values: [
      'contract',
      'faults',
      'monitor',
      'server',
      'lifecycle',
      'clock.ts',
      'duration.ts',
      'log.ts',
      'options.ts',
      'simulating.ts',
      'events',
    ],
  },
  'probity.ts': {
    values: [
      'assembly.ts',
      'contract',
      'server',
      'lifecycle',
      'duration.ts',
      'known-options.ts',
      'log.ts',
      'listeners.ts',
    ],
    types: ['options.ts'],
    packages: ['node'],
    later: ['server'],
  },
  'client.ts': { values: ['generated'] },
  'index.ts': {
    values: ['checks', 'probity.ts'],
    types: ['duration.ts', 'events', 'lifecycle', 'log.ts', 'options.ts', 'server'],
  },
  config: {
    values: [
      'generated',
      'health',
      'checks',
      'contract',
      'monitor',
      'lifecycle',
      'fleet',
      'faults',
      'duration.ts',
      'nesting.ts',
      'read-file.ts',
      'shown.ts',
      'nearest.ts',
    ],
    packages: ['node'],
    types: ['ajv', 'log.ts', 'probity.ts'],
    later: ['yaml', 'checks', 'contract'],
  },
  verify: { values: ['contract'], packages: ['node'] },
  advisor: {
    values: [
      'config',
      'contract',
      'faults',
      'health',
      'lifecycle',
      'monitor',
      'server',
      'duration.ts',
      'nearest.ts',
      'nesting.ts',
    ],
    packages: ['yaml'],
  },
  cli: {
    values: [
      'generated',
      'probity.ts',
      'advisor',
      'config',
      'contract',
      'health',
      'checks',
      'lifecycle',
      'verify',
      'duration.ts',
      'log.ts',
      'shown.ts',
    ],
    packages: ['node', 'commander'],
    later: ['server', 'pino', 'pino-pretty'],
  },
};

interface Import {
  readonly kind: 'value' | 'type' | 'later';
  /** A package, or a path from the root. */
  readonly of: string;
  readonly to: string;
}

const files = globSync('src/**/*.ts').sort();

/** `src/health/rules.ts` belongs to `health`, `src/log.ts` and `generated/…` to themselves. */
function folderOf(path: string): string {
  const [top, next] = path.split('/') as [string, string];
  return top === 'src' ? next : top;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function importsOf(file: string): Import[] {
  const code = readFileSync(file, 'utf8');
  const imported = (kind: Import['kind'], specifier: string): Import => {
    if (!specifier.startsWith('.')) return { kind, of: specifier, to: packageOf(specifier) };
    const of = join(dirname(file), specifier);
    return { kind, of, to: folderOf(of) };
  };
  const stated = code.matchAll(/^(?:import|export) (type )?(?:[^';]*? from )?'([^']+)'/gm);
  const required = code.matchAll(/^const [^=]* = require\('([^']+)'\) as typeof import/gm);
  const inline = code.matchAll(/(typeof )?\bimport\('([^']+)'\)/g);
  return [
    ...[...stated].map(([, type, specifier]) => imported(type ? 'type' : 'value', specifier as string)),
    ...[...required].map(([, specifier]) => imported('value', specifier as string)),
    ...[...inline].map(([, type, specifier]) => imported(type ? 'type' : 'later', specifier as string)),
  ];
}

/** Everything that is loaded with a file. */
function loadedWith(file: string, loaded: Set<string> = new Set()): Set<string> {
  for (const { kind, of } of importsOf(file)) {
    if (kind !== 'value' || loaded.has(of)) continue;
    loaded.add(of);
    if (of.startsWith('src/')) loadedWith(of, loaded);
  }
  return loaded;
}

/** Types may come from wherever values may, and from what is loaded later. */
function isAllowed({ kind, to }: Import, { values = [], types = [], packages = [], later = [] }: Rule): boolean {
  if (values.includes(to) || packages.includes(to)) return true;
  if (kind === 'value') return false;
  return later.includes(to) || (kind === 'type' && (types.includes(to) || to === 'node'));
}

describe('the layout', () => {
  it('is found', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(importsOf('src/probity.ts')).toContainEqual({ kind: 'later', of: 'src/server/load.ts', to: 'server' });
    expect(importsOf('src/checks/postgres.ts')).toContainEqual({ kind: 'type', of: 'pg', to: 'pg' });
    expect(loadedWith('src/server/load.ts')).toContain('openapi-backend');
  });

  it.each(files)('lets %s import what it does', (file) => {
    const folder = folderOf(file);
    const rule = rules[folder];
    const foreign = importsOf(file).filter(({ to }) => to !== folder);
    expect(rule, `Expected a rule for ${folder}`).toBeDefined();
    expect(foreign.filter((one) => !isAllowed(one, rule as Rule))).toEqual([]);
  });

  it('has no circles among what is loaded', () => {
    expect(files.filter((file) => loadedWith(file).has(file))).toEqual([]);
  });

  it.each(files.filter((file) => ['health', 'advisor'].includes(folderOf(file))))(
    'keeps clocks, timers and the process out of %s',
    (file) => {
      const code = readFileSync(file, 'utf8');
      expect(code).not.toMatch(
        /\b(Date\.now|new Date|performance\.|setTimeout|setInterval|setImmediate|process\.(?!ts'))/,
      );
    },
  );

  it.each(files.filter((file) => ['monitor', 'faults', 'fleet', 'events', 'simulating.ts'].includes(folderOf(file))))(
    'takes time and chance from the clock that is handed in, in %s',
    (file) => {
      // The driver's own timers are the machine's, and so is the pause that is handed to it.
      if (file === 'src/fleet/client.ts') return;
      const code = readFileSync(file, 'utf8');
      expect(code).not.toMatch(
        /(?<!clock\s*\.)\b(Date\.now|performance\.|Math\.random|set(Timeout|Interval|Immediate))\b/,
      );
    },
  );

  it('loads only the client for an exec probe', () => {
    const loaded = [...loadedWith('src/cli/check.ts', loadedWith('src/cli/main.ts'))];
    const own = loaded.filter((file) => file.startsWith('src/') && !file.startsWith('src/cli/'));
    expect(own.sort()).toEqual(['src/duration.ts', 'src/shown.ts']);
    expect(loaded.filter((file) => !file.startsWith('src/') && !file.startsWith('node:')).sort()).toEqual([
      'commander',
      'generated/client/client/index.ts',
    ]);
  });

  it('loads neither Express nor the validators before the first probe is answered', () => {
    const loaded = [...loadedWith('src/probity.ts')];
    expect(loaded.filter((file) => /^(express|ajv|openapi-backend|prom-client|pino)/.test(file))).toEqual([]);
  });
});
