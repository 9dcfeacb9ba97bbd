import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { entryOf } from '../../.ci/changelog.ts';
import { temporaryFolder } from '../servers/process.ts';

const root = join(import.meta.dirname, '../..');
const folders = temporaryFolder('release');
afterAll(() => folders.remove());

const person = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com' };
const env = {
  ...{ ...process.env, ...person, GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com' },
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
};
const run = (cwd: string, command: string, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 });

let folder: string;
let count = 0;
const git = (...args: string[]): string => {
  const { status, stdout, stderr } = run(folder, 'git', ...args);
  expect([status, stderr]).toEqual([0, expect.anything()]);
  return stdout.trimEnd();
};
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
const commit = (message: string): string => git('commit', '--quiet', '--all', '--message', message);
const release = (version: string): SpawnSyncReturns<string> => run(folder, process.execPath, '.ci/release.ts', version);

/** What is released, as a repository of its own: everything that is in git here, and what is about to be. */
beforeEach(() => {
  count += 1;
  folder = join(folders.path, String(count));
  const { stdout } = run(root, 'git', 'ls-files', '--cached', '--others', '--exclude-standard');
  const files = stdout.trimEnd().split('\n');
  expect(files).toContain('package.json');
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { force: true });
  }
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Everything');
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- Something new.\n');
  write('docs/upgrading.md', '# Upgrading\n\n## 1.2.3\n\nNothing to do.\n');
  commit('Something new');
});

describe('make release', () => {
  it('writes the version, closes the section of the changelog, commits and tags', () => {
    const { status, stdout, stderr } = release('1.2.3');
    expect([status, stdout, stderr]).toEqual([0, 'Tagged v1.2.3. To publish it: git push --follow-tags\n', '']);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '--format=%s', '-1')).toBe('Release 1.2.3');
    expect(git('rev-list', '-n', '1', 'v1.2.3')).toBe(git('rev-parse', 'HEAD'));
    expect(git('tag', '--list', '--format=%(contents)', 'v1.2.3')).toBe('Probity 1.2.3\n\n- Something new.');
    expect(read('CHANGELOG.md')).toMatch(
      /^# Changelog\n\n## Unreleased\n\n## 1\.2\.3 \(\d{4}-\d\d-\d\d\)\n\n- Something new\.\n$/,
    );
    expect(JSON.parse(read('package.json')).version).toBe('1.2.3');
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version: '1.2.3',
      packages: { '': { version: '1.2.3' } },
    });
    const changed = git('diff', '--name-only', 'HEAD~1').split('\n');
    for (const file of changed.filter((one) => one.startsWith('deploy/'))) {
      expect(read(file)).toContain('1.2.3');
      expect(read(file)).not.toContain('0.1.0');
    }
    expect(read('openapi/released/probity.yaml')).toBe(read('openapi/probity.yaml'));
    expect(changed.filter((file) => !file.startsWith('openapi/released/'))).toHaveLength(7);
    expect(run(folder, process.execPath, '.ci/tagged.ts', 'v1.2.3').status).toBe(0);
    expect(run(folder, process.execPath, '.ci/tagged.ts', 'v1.2.4').stderr).toBe(
      'The tag is v1.2.4, and package.json says 1.2.3\n',
    );
  });

  it('leaves a package that can be published, with its documentation', () => {
    expect(release('1.2.3').status).toBe(0);
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
    // Nobody is there: a test has no business with a registry.
    const nowhere = ['--registry=http://127.0.0.1:9', '--fetch-retries=0'];
    const { status, stdout, stderr } = run(folder, 'npm', 'publish', '--dry-run', '--json', ...nowhere);
    expect([status, stderr.includes('npm error')]).toEqual([0, false]);
    // npm 11 says it by the name of the package.
    const published = JSON.parse(stdout);
    const { id, files }: { id: string; files: { path: string }[] } = published.probity ?? published;
    expect(id).toBe('probity@1.2.3');
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/library.md']));
    expect(paths).toEqual(expect.arrayContaining(['dist/esm/index.js', 'openapi/probity.yaml']));
    expect(paths.filter((path) => /^(src|test|\.ci|\.github)\//.test(path))).toEqual([]);
  }, 60_000);

  it('publishes the list of what the package runs on', () => {
    const { status, stdout } = run(root, process.execPath, '.ci/sbom.ts');
    expect(status).toBe(0);
    const { metadata, components } = JSON.parse(stdout) as {
      metadata: { component: { name: string } };
      components: { name: string; version: string }[];
    };
    expect(metadata.component.name).toBe('probity');
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; peer?: boolean; devOptional?: boolean; version: string }>;
    };
    const installed = Object.entries(packages).filter(
      ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
    );
    const expected = installed.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`);
    expect(new Set(components.map(({ name, version }) => `${name}@${version}`))).toEqual(new Set(expected));
    expect(expected.length).toBeGreaterThan(50);
  }, 60_000);

  const first = (): string => JSON.parse(read('package.json')).version;

  it.each([
    ['a version that is none', () => '1.2', 'expected a version such as 1.2.3, got `1.2`'],
    ['an earlier version', () => '0.0.9', 'expected a version after 0.1.0, got 0.0.9'],
    [
      'a version that is there',
      () => {
        git('tag', `v${first()}`);
        return first();
      },
      'expected a new version, but there is a tag v0.1.0',
    ],
    [
      'another branch',
      () => {
        git('checkout', '--quiet', '-b', 'other');
        return '1.2.3';
      },
      'expected to be on the branch main',
    ],
    [
      'changes that are not committed',
      () => {
        write('README.md', 'new');
        return '1.2.3';
      },
      'expected nothing uncommitted',
    ],
    [
      'nothing new',
      () => {
        write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-11-28)\n\n- Old.\n');
        commit('Nothing new');
        return '1.2.3';
      },
      'expected something under Unreleased in CHANGELOG.md',
    ],
    [
      'a version that docs/upgrading.md keeps silent on',
      () => '1.2.4',
      'expected a section 1.2.4 in docs/upgrading.md, if only to say that there is nothing to do',
    ],
  ])('refuses %s, and writes nothing', (_, make, message) => {
    const version = make();
    const before = [git('status', '--porcelain'), git('rev-parse', 'HEAD')];
    const { status, stdout, stderr } = release(version);
    expect([status, stdout, stderr]).toEqual([2, '', `release: ${message}\n`]);
    expect([git('status', '--porcelain'), git('rev-parse', 'HEAD')]).toEqual(before);
  });
});

describe('the changelog', () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const upgrading = readFileSync(join(root, 'docs/upgrading.md'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

  it('has what is to come, or what there is, and says beside what it asks of those who upgrade', () => {
    expect(entryOf(changelog, 'Unreleased') ?? entryOf(changelog, version)).toMatch(/\S/);
    expect(upgrading).toContain(`\n## ${version}\n`);
  });
});
