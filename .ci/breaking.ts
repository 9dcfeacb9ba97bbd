/**
 * Holds the contract against that of the last release: what breaks probers or clients has to be announced by a
 * **Changed:** under Unreleased that names the path.
 *
 *   node .ci/breaking.ts [RELEASED CURRENT CHANGELOG]
 *
 * The release's document stands in a file that `make release` writes, as a clone may have no tags; where there is one, it
 * is to be the same.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { compare, type Version } from '../src/changes/compare.ts';
import { readDocument } from '../src/contract/custom/file.ts';
import { keysOf } from '../src/contract/references.ts';
import { entryOf } from './changelog.ts';

const kept = 'openapi/released/probity.yaml';
const [released = kept, current = 'openapi/probity.yaml', changelog = 'CHANGELOG.md'] = process.argv.slice(2);

async function versionOf(file: string): Promise<Version> {
  const { document, place } = await readDocument(file);
  return { document, place: (ref) => place(keysOf(ref)) };
}

const git = (...args: string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
};

/** What the tag of the last release says, where it had a document there. */
function wrongWithTag(): string[] {
  const tag = git('describe', '--tags', '--abbrev=0', '--match', 'v*')?.trim();
  if (tag === undefined) {
    console.log(`No release is tagged here: held against ${released}`);
    return [];
  }
  const tagged = git('show', `${tag}:openapi/probity.yaml`);
  const isSame = tagged === undefined || tagged === readFileSync(released, 'utf8');
  return isSame
    ? []
    : [`${released}: expected the document of ${tag}: git show ${tag}:openapi/probity.yaml > ${released}`];
}

const entries = (entryOf(readFileSync(changelog, 'utf8'), 'Unreleased') ?? '').split(/^- /m);
const announced = entries.filter((entry) => entry.startsWith('**Changed:**')).join('\n');
const isAnnounced = (operation: string): boolean => announced.includes(`\`${operation.replace(/^\S+ (?=\/)/, '')}\``);

const findings = compare(await versionOf(released), await versionOf(current));
const broken = findings
  .filter(({ operation }) => !isAnnounced(operation))
  .map(({ place, operation, what, why, whom }) => `${place}: ${operation}: ${what}: ${why} (${whom})`);
const problems = [...(released === kept ? wrongWithTag() : []), ...broken];
for (const problem of problems) console.error(problem);
if (broken.length > 0) console.error(`Announce what is meant by a **Changed:** under Unreleased in ${changelog}`);
process.exitCode = problems.length === 0 ? 0 : 1;
