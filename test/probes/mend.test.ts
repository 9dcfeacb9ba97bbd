import { describe, expect, it } from 'vitest';
import extensions from '../../openapi/extensions.json' with { type: 'json' };
import { mendOf, reportFields } from '../../src/probes/mend.ts';

describe('what a document adds', () => {
  it('names every field that x-report takes, and no other', () => {
    expect(reportFields).toEqual(extensions.$defs['x-report'].enum);
  });

  it.each([
    [
      'an enum that does not have a word of the report',
      { keyword: 'enum', value: 'up' },
      /^add x-words: { up: … } to it$/,
    ],
    ['a number for a word', { keyword: 'type', value: 'draining' }, /^add x-words: { draining: … }/],
    ['a reason', { keyword: 'pattern', value: 'refused' }, /^add x-words: { refused: … }/],
    [
      'a property that no field fills',
      { keyword: 'required', missing: 'region' },
      /^add x-report to it, one of status, .*, or const/,
    ],
    ['a release', { keyword: 'required', missing: 'releaseId' }, /^set `releaseId`, or RELEASE_ID$/],
    ['what is there at times', { keyword: 'required', missing: 'detail' }, /^take it out of `required`/],
    ['what is about no word', { keyword: 'enum', value: 'database' }, undefined],
    ['what no keyword mends', { keyword: 'maxItems', value: [] }, undefined],
  ])('for %s', (_, wrong, mend) => {
    const found = mendOf({ what: '', ref: '', ...wrong });
    if (mend === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(mend);
  });
});
