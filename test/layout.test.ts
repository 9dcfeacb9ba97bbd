import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What a room of src may import beside itself. */
interface Rule {
  readonly values?: readonly string[];
  /** Types are free of cost and of cycles, but say what a room knows of. */
  readonly types?: readonly string[];
  /** Packages that are loaded with the room. */
  readonly packages?: readonly string[];
  /** Packages that are loaded when they are needed. */
  readonly later?: readonly string[];
}

const kit: readonly string[] = ['base', 'health', 'checks/kit'];

/** The kinds of dependency, and the packages of each: loaded with the first run, named by the types of its options. */
const packagesOfKinds: Readonly<Record<string, readonly string[]>> = {
  postgres: ['pg'],
  redis: ['ioredis'],
  rabbitmq: ['amqplib'],
  http: ['ajv', 'ajv-formats'],
};
const kindRooms = Object.keys(packagesOfKinds).map((kind) => `checks/${kind}`);
const rulesOfKinds = Object.fromEntries(
  Object.entries(packagesOfKinds).map(([kind, later]): [string, Rule] => [
    `checks/${kind}`,
    { values: kit, types: ['generated'], packages: ['node'], later },
  ]),
);

/** A room is a folder of src, or one in `checks`, `server` and `cli`. `node` stands for every module of Node. */
const rules: Readonly<Record<string, Rule>> = {
  base: { types: ['generated', 'node', 'yaml'] },
  health: { values: ['base'], types: ['generated'] },
  'checks/kit': { values: ['base', 'health'], types: ['generated'], packages: ['node'] },
  ...rulesOfKinds,
  checks: { values: [...kit, ...kindRooms], types: ['generated'] },
  faults: { values: ['base', 'health'], types: ['generated'] },
  fleet: { values: ['base', 'checks/kit', 'checks/redis', 'faults'], types: ['generated'], later: ['ioredis'] },
  monitor: { values: ['base', 'health', 'checks/kit'], types: ['generated'], packages: ['node'] },
  events: { values: ['base', 'checks/kit'], types: ['generated', 'health', 'faults', 'monitor'], packages: ['node'] },
  contract: {
    values: ['generated', 'openapi', 'base', 'health'],
    packages: ['node', 'ajv', 'ajv-formats', 'js-yaml', 'yaml'],
    later: ['jsonpath-rfc9535'],
  },
  probes: { values: ['base', 'health', 'contract'], types: ['generated', 'node'] },
  server: { values: ['base', 'contract', 'probes'], types: ['node'] },
  'server/access': { values: ['base', 'contract'], types: ['node'] },
  'server/metrics': {
    values: ['base', 'health'],
    types: ['generated', 'contract', 'probes', 'monitor', 'faults', 'server/access'],
    packages: ['prom-client'],
  },
  'server/pages': { values: ['base'], packages: ['node'] },
  'server/api': {
    values: [
      'base',
      'health',
      'faults',
      'contract',
      'probes',
      'server',
      'server/access',
      'server/metrics',
      'server/pages',
    ],
    types: ['generated', 'node', 'monitor', 'fleet'],
    packages: ['express', 'openapi-backend', 'ajv', 'ajv-formats'],
  },
  shutdown: { values: ['base', 'server'], packages: ['node'] },
  isolated: {
    // The worker thread is a program of its own, with a server of its own.
    values: ['base', 'contract', 'probes', 'server', 'server/access', 'server/api', 'shutdown'],
    types: ['generated'],
    packages: ['node'],
  },
  service: {
    values: [
      'generated',
      'base',
      'health',
      'checks',
      'checks/kit',
      'faults',
      'fleet',
      'monitor',
      'events',
      'contract',
      'probes',
      'server',
      'server/access',
      'server/metrics',
      'server/api',
      'shutdown',
      'isolated',
    ],
    packages: ['node'],
    later: ['fleet', 'isolated', 'server/api'],
  },
  'index.ts': {
    values: ['base', 'health', 'checks', ...kindRooms, 'service'],
    types: ['checks/kit', 'events', 'faults', 'server', 'server/access', 'shutdown'],
  },
  'client.ts': { values: ['generated'] },
  config: {
    values: [
      'generated',
      'base',
      'health',
      'checks',
      'checks/kit',
      'checks/redis',
      'checks/http',
      'faults',
      'monitor',
      'contract',
      'shutdown',
    ],
    packages: ['node'],
    types: ['ajv'],
    later: ['yaml', 'contract'],
  },
  changes: { values: ['base', 'contract'] },
  adopt: { values: ['base', 'contract', 'health'], packages: ['node', 'yaml'] },
  verify: { values: ['contract'], packages: ['node'] },
  advisor: {
    values: ['base', 'health', 'faults', 'monitor', 'contract', 'config', 'shutdown'],
    packages: ['yaml', 'shell-quote'],
  },
  'cli/support': {
    values: ['generated', 'base', 'checks', 'health', 'contract', 'probes', 'config', 'advisor'],
    packages: ['node'],
    types: ['commander'],
    later: ['pino', 'pino-pretty'],
  },
  cli: { values: ['cli/support'], packages: ['node', 'commander'], later: ['cli/commands'] },
  'cli/commands': {
    values: [
      'generated',
      'base',
      'health',
      'contract',
      'probes',
      'shutdown',
      'service',
      'config',
      'adopt',
      'changes',
      'advisor',
      'verify',
      'cli/support',
    ],
    packages: ['node'],
    types: ['commander'],
    later: ['config'],
  },
};

/** The faces of the package: nothing else stands at the root of `src`. */
const faces = ['client.ts', 'index.ts'];

interface Import {
  readonly kind: 'value' | 'type' | 'later';
  /** A package, or a path from the root. */
  readonly of: string;
  readonly to: string;
}

const files = globSync('src/**/*.ts').sort();

/** The rooms whose folders are rooms: one that has no rule yet is missed, not taken for a part of the room around it. */
const divided = new Set(Object.keys(rules).flatMap((room) => (room.includes('/') ? [room.replace(/\/.*/, '')] : [])));

/** `src/health/rules.ts` is in `health`, `src/checks/redis/url.ts` in `checks/redis`, `generated/…` in `generated`. */
function roomOf(path: string): string {
  const [top, ...folders] = path.split('/') as [string, ...string[]];
  if (top !== 'src') return top;
  const [room = '', inner] = folders;
  return divided.has(room) && folders.length > 2 ? `${room}/${inner}` : room;
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
    return { kind, of, to: roomOf(of) };
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
    expect(importsOf('src/service/listening.ts')).toContainEqual({
      kind: 'later',
      of: 'src/server/api/load.ts',
      to: 'server/api',
    });
    expect(importsOf('src/checks/postgres/postgres.ts')).toContainEqual({ kind: 'type', of: 'pg', to: 'pg' });
    expect(loadedWith('src/server/api/load.ts')).toContain('openapi-backend');
  });

  it('has nothing at the root but the faces of the package', () => {
    expect(globSync('src/*.ts').sort()).toEqual(faces.map((face) => `src/${face}`));
  });

  it('has a file for every rule', () => {
    expect(Object.keys(rules).filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
  });

  it('has no circles among rooms', () => {
    const arrows = new Map(Object.keys(rules).map((room) => [room, new Set<string>()]));
    for (const file of files)
      for (const { kind, to } of importsOf(file))
        if (kind === 'value' && arrows.has(to)) arrows.get(roomOf(file))?.add(to);
    const reach = (room: string, seen: Set<string>): Set<string> => {
      for (const next of arrows.get(room) ?? []) if (next !== room && !seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    expect([...arrows.keys()].filter((room) => reach(room, new Set()).has(room))).toEqual([]);
  });

  const tests = globSync('test/**/*.test.ts', { exclude: ['**/node_modules/**'] });
  it.each(tests.filter((file) => file.split('/').length > 2))('%s tests a room, or all', (file) => {
    const [, folder = ''] = file.split('/');
    const beyond = ['client', 'deploy', 'docs', 'e2e', 'hostile', 'package', 'simulation'];
    expect([...Object.keys(rules).map((room) => room.split('/')[0]), ...beyond]).toContain(folder);
  });

  it.each(files)('lets %s import what it does', (file) => {
    const room = roomOf(file);
    const rule = rules[room];
    const foreign = importsOf(file).filter(({ to }) => to !== room);
    expect(rule, `Expected a rule for ${room}`).toBeDefined();
    expect(foreign.filter((one) => !isAllowed(one, rule as Rule))).toEqual([]);
  });

  it('has no circles among what is loaded', () => {
    expect(files.filter((file) => loadedWith(file).has(file))).toEqual([]);
  });

  it.each(files.filter((file) => ['health', 'advisor'].includes(roomOf(file))))(
    'keeps clocks, timers and the process out of %s',
    (file) => {
      const code = readFileSync(file, 'utf8');
      expect(code).not.toMatch(
        /\b(Date\.now|new Date|performance\.|setTimeout|setInterval|setImmediate|process\.(?!ts')\w)/,
      );
    },
  );

  it.each(
    files.filter(
      (file) => ['monitor', 'faults', 'fleet', 'events'].includes(roomOf(file)) || file === 'src/service/faults.ts',
    ),
  )('takes time and chance from the clock that is handed in, in %s', (file) => {
    // The driver's own timers are the machine's, and so is the pause that is handed to it.
    if (file === 'src/fleet/client.ts') return;
    const code = readFileSync(file, 'utf8');
    expect(code).not.toMatch(
      /(?<!clock\s*\.)\b(Date\.now|performance\.|Math\.random|set(Timeout|Interval|Immediate))\b/,
    );
  });

  it('loads only the client for an exec probe', () => {
    const loaded = [...loadedWith('src/cli/commands/check.ts', loadedWith('src/cli/main.ts'))];
    const own = loaded.filter((file) => file.startsWith('src/') && !file.startsWith('src/cli/'));
    expect(own.sort()).toEqual(['duration', 'errors', 'shown', 'usual-probe'].map((name) => `src/base/${name}.ts`));
    expect(loaded.filter((file) => !file.startsWith('src/') && !file.startsWith('node:')).sort()).toEqual([
      'commander',
      'generated/client/client/index.ts',
    ]);
  });

  it('loads of a kind nothing but its URLs with the table of kinds', () => {
    const loaded = [...loadedWith('src/checks/kinds.ts')].filter((file) => !file.startsWith('src/base/'));
    expect(loaded.filter((file) => !/^src\/checks\/\w+\/url\.ts$/.test(file))).toEqual([]);
  });

  it('imports what may be missing within a `try`, as bundlers want it', () => {
    const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const imports = files.flatMap((file) => {
      const code = readFileSync(file, 'utf8');
      return Object.keys(peerDependencies).flatMap((peer) =>
        [...code.matchAll(new RegExp(`(?<!typeof )\\bimport\\('${peer}'\\)`, 'g'))].map(({ index }) => ({
          file,
          isWithinTry: /\btry \{\n[^{}]*$/.test(code.slice(0, index)),
        })),
      );
    });
    expect(imports.length).toBeGreaterThanOrEqual(3);
    expect(imports.filter(({ isWithinTry }) => !isWithinTry)).toEqual([]);
  });

  it('looks for nothing beside itself but where the build puts a module in its place', () => {
    const shared = readFileSync('.ci/shared.ts', 'utf8');
    const code = (file: string): string => readFileSync(file, 'utf8').replaceAll(/"[^"\n]*"/g, '""');
    const looking = files.filter((file) => /import\.meta\.|createRequire/.test(code(file)));
    const library = looking.filter((file) => !file.startsWith('src/cli/'));
    expect(library.length).toBe(3);
    for (const file of library) expect(shared).toContain(`'${file.slice('src/'.length, -'.ts'.length)}': `);
  });

  it('loads neither Express nor the validators before the first probe is answered', () => {
    const loaded = [...loadedWith('src/service/probity.ts')];
    expect(loaded.filter((file) => /^(express|ajv|openapi-backend|prom-client|pino)/.test(file))).toEqual([]);
  });
});
