/**
 * Refuses to publish what is not what its tag says.
 *
 *   node .ci/tagged.ts vVERSION
 */
import { readFileSync } from 'node:fs';
import { entryOf } from './changelog.ts';

const [tag] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const problems = [
  tag === `v${version}` ? [] : `The tag is ${tag}, and package.json says ${version}`,
  entryOf(readFileSync('CHANGELOG.md', 'utf8'), version) ? [] : `CHANGELOG.md has no section ${version}`,
].flat();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
