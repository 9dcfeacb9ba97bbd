import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { prepareReplies } from '../../src/probes/prepared.ts';
import { createRequestCounts } from '../../src/probes/request-counts.ts';
import { createProbity } from '../../src/service/probity.ts';
import { loaded, probing, told } from '../contract/cases/case.ts';
import { temporaryFolder } from '../servers/process.ts';
import { recordingLog, someSnapshot } from '../support.ts';

const document = probing(
  told(
    '{ type: object, additionalProperties: false, required: [timestamp, uptime], properties: { timestamp: { type: string, format: date-time }, uptime: { type: integer }, releaseId: { type: string } } }',
  ),
);
const temporary = temporaryFolder('asked');
beforeAll(() => mkdirSync(temporary.path, { recursive: true }));
afterAll(() => temporary.remove());

describe('the times of a reply', () => {
  it('are those of the latest change, and stand still until the next one', async () => {
    const contract = await loaded(temporary.path, document);
    const { log, lines } = recordingLog();
    let ms = 90_900;
    const clock = { ...systemClock, now: () => ms, wall: () => Date.UTC(2026, 0, 1) + ms };
    const replies = prepareReplies(contract, createRequestCounts(contract), log, clock);
    const bodyNow = (): unknown => JSON.parse(String(replies.get('/ready')?.body));
    replies.update(someSnapshot());
    const first = replies.get('/ready');
    expect(bodyNow()).toEqual({ timestamp: '2026-01-01T00:01:30.900Z', uptime: 90 });
    ms += 60_000;
    expect(replies.get('/ready')).toBe(first);
    replies.update(someSnapshot({ lifecycle: 'started' }));
    expect(bodyNow()).toEqual({ timestamp: '2026-01-01T00:02:30.900Z', uptime: 150 });
    expect(lines).toEqual([]);
  });
});

describe('the release', () => {
  it('is that of the option, as far as the document asks for it', async () => {
    const contract = await loaded(temporary.path, document);
    const probity = createProbity({ checks: { database: async () => {} }, contract, releaseId: '1.4.2+b7' });
    const { port } = await probity.listen(0, '127.0.0.1');
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status, { timeout: 15_000 })
      .toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/ready`)).json()).toMatchObject({ releaseId: '1.4.2+b7' });
    await probity.stop();
  });

  it.each(['', 'a'.repeat(101), 'two\nlines', 7 as never])('is refused where nobody could read it: %j', (releaseId) => {
    expect(() => createProbity({ checks: {}, releaseId })).toThrow(/^Expected `releaseId` to be a text of at most 100/);
  });
});
