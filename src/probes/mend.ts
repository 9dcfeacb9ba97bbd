import type { Wrong } from '../contract/mistakes.ts';
import { reasons } from '../health/check-state.ts';

/** The names that `x-report` takes, as openapi/extensions.json has them: of the report, and then of a check in it. */
export const reportFields = [
  'status',
  'detail',
  'lifecycle',
  'degraded',
  'checks',
  'version',
  'title',
  'timestamp',
  'uptime',
  'name',
  'releaseId',
  'check',
  'label',
  'reason',
  'requiredFor',
  'simulated',
] as const;

/** The report's own words, which a document may have others for. */
const words: ReadonlySet<unknown> = new Set([
  ...['up', 'down', 'pending', 'starting', 'started', 'draining', 'stopped', 'readiness', 'startup', 'nothing'],
  ...reasons,
]);

/** What can be wrong with a word. */
const ofWords: ReadonlySet<string> = new Set(['enum', 'pattern', 'type', 'minLength', 'maxLength', 'format']);

/** What a document adds so that an answer satisfies its schema; nothing where none of Probity's keywords would do. */
export function mendOf({ keyword = '', missing, value }: Wrong): string | undefined {
  if (keyword === 'required' && missing !== undefined) return mendOfMissing(missing);
  return ofWords.has(keyword) && words.has(value) ? `add x-words: { ${value}: … } to it` : undefined;
}

function mendOfMissing(name: string): string {
  if (name === 'releaseId') return 'set `releaseId`, or RELEASE_ID';
  if (name === 'detail' || name === 'reason') return 'take it out of `required`, as there is none while all is well';
  return `add x-report to it, one of ${reportFields.join(', ')}, or const, if it always says the same`;
}
