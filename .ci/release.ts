/**
 * Makes a release: writes the version wherever it stands, closes the section of the changelog, commits and tags.
 *
 *   node .ci/release.ts VERSION
 *
 * Nothing leaves the machine: pushing the tag is what publishes, by .github/workflows/release.yml.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { entryOf, pattern } from './changelog.ts';

/** The version as it stands in what is deployed. */
const places: Readonly<Record<string, RegExp>> = {
  'deploy/Dockerfile': /(probity:|image\.version=")[\d.]+/g,
  'deploy/README.md': /(probity:|newTag: )\d[\d.]+/g,
  'deploy/compose.yaml': /(image: probity:)[\d.]+/g,
  'deploy/kubernetes/base/kustomization.yaml': /(newTag: )[\d.]+/g,
};

const read = (file: string): string => readFileSync(file, 'utf8');
const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trimEnd();

function refuse(message: string): never {
  console.error(`release: ${message}`);
  process.exit(2);
}

/** Whether `version` comes after `other`, or is the same. */
function isLater(version: string, other: string): boolean {
  const [ours, theirs] = [version, other].map((one) => one.split('.').map(Number)) as [number[], number[]];
  const index = ours.findIndex((number, at) => number !== theirs[at]);
  return index === -1 || (ours[index] as number) > (theirs[index] as number);
}

/** What has to be so before anything is written. Returns what the changelog says of the release. */
function prove(version: string): string {
  const { version: latest } = JSON.parse(read('package.json'));
  if (!pattern.test(version)) refuse(`expected a version such as 1.2.3, got \`${version}\``);
  if (!isLater(version, latest)) refuse(`expected a version after ${latest}, got ${version}`);
  if (git('tag', '--list', `v${version}`) !== '') refuse(`expected a new version, but there is a tag v${version}`);
  if (git('branch', '--show-current') !== 'main') refuse('expected to be on the branch main');
  if (git('status', '--porcelain') !== '') refuse('expected nothing uncommitted');
  const entry = entryOf(read('CHANGELOG.md'), 'Unreleased');
  if (!entry) refuse('expected something under Unreleased in CHANGELOG.md');
  if (!read('docs/upgrading.md').includes(`\n## ${version}\n`))
    refuse(`expected a section ${version} in docs/upgrading.md, if only to say that there is nothing to do`);
  return entry;
}

function write(version: string): void {
  for (const file of ['package.json', 'package-lock.json']) {
    const content = JSON.parse(read(file));
    content.version = version;
    if (content.packages) content.packages[''].version = version;
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
  for (const [file, place] of Object.entries(places)) {
    const text = read(file);
    if (text.search(place) === -1) refuse(`expected the version to stand in ${file}`);
    writeFileSync(file, text.replaceAll(place, `$1${version}`));
  }
  // What later versions are held against.
  copyFileSync('openapi/probity.yaml', 'openapi/released/probity.yaml');
  const date = new Date().toISOString().slice(0, 10);
  const changelog = read('CHANGELOG.md').replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${date})\n`);
  writeFileSync('CHANGELOG.md', changelog);
}

const [version = ''] = process.argv.slice(2);
const entry = prove(version);
write(version);
git('commit', '--quiet', '--all', '--message', `Release ${version}`);
git('tag', '--annotate', `v${version}`, '--cleanup=verbatim', '--message', `Probity ${version}\n\n${entry}`);
console.log(`Tagged v${version}. To publish it: git push --follow-tags`);
