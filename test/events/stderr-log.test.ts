import { afterEach, expect, it, vi } from 'vitest';
import { createProbity } from '../../src/index.ts';

const lines: string[] = [];
const stderr = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
afterEach(() => {
  stderr.mockClear();
  lines.length = 0;
});

/** A service whose one check goes down and comes back, and then ends. */
async function playOutage(options: { log?: false }): Promise<void> {
  let isUp = true;
  const check = async (): Promise<void> => {
    if (!isUp) throw new Error('no\nsuch postgres://app:secret@db/shop');
  };
  const database = { checker: { check, explain: () => 'unavailable' as const }, failAfter: 1, recoverAfter: 1 };
  const probity = createProbity({ checks: { database: { ...database, interval: 10 } }, ...options });
  probity.start();
  const { port } = await probity.listen(0, '127.0.0.1');
  const until = async (status: number): Promise<void> => {
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(status), {
      timeout: 15_000,
    });
  };
  await until(200);
  isUp = false;
  await until(503);
  isUp = true;
  await until(200);
  await probity.stop();
}

it('without a logger, each transition but the first is one line on stderr, without what is secret', async () => {
  await playOutage({});
  expect(lines).toEqual([
    expect.stringMatching(/^probity: check changed: check database, from up, to down, reason unavailable.*$/),
    expect.stringMatching(/^probity: check changed: check database, from down, to up.*$/),
  ]);
  for (const line of lines) expect(line).not.toMatch(/\n|secret/);
});

it('with `log: false`, there is none', async () => {
  await playOutage({ log: false });
  expect(lines).toEqual([]);
});
