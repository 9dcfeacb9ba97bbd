import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { type ProcessWatch, watchProcess } from '../../src/monitor/process.ts';
import { createProbity } from '../../src/service/probity.ts';

let watch: ProcessWatch | undefined;
afterEach(() => watch?.stop());

/** Keeps the event loop busy for this long, as a synchronous computation does. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Resolves when the delay histogram is being fed. */
const warm = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('the watch over the process', () => {
  it('is well while the event loop turns', async () => {
    watch = watchProcess({ maxEventLoopDelayMs: 10_000, onChange: () => {} });
    await warm();
    expect(watch.distress()).toEqual([]);
    const { uptimeSeconds, rssBytes, heapUsedBytes } = watch.figures();
    expect(uptimeSeconds).toBeGreaterThan(0);
    expect(rssBytes).toBeGreaterThan(heapUsedBytes);
  });

  it('is in distress when the event loop was stuck for longer than allowed, and tells it once', async () => {
    const onChange = vi.fn();
    const changed = new Promise<void>((resolve) => onChange.mockImplementation(resolve));
    watch = watchProcess({ maxEventLoopDelayMs: 100, onChange });
    await warm();
    block(400);
    await changed;
    expect(watch.distress()).toEqual(['Event loop blocked']);
    expect(watch.figures().eventLoopDelayMs).toBeGreaterThan(300);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('sees a stall that begins right after a reading, and one that ends with the next', async () => {
    const own = watchProcess({ maxEventLoopDelayMs: 10_000, onChange: () => {} });
    watch = own;
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const nextReading = async (): Promise<number> => {
      const readings = own.delays.count();
      while (own.delays.count() === readings) await turn();
      return performance.now();
    };
    await nextReading();
    const read = await nextReading();
    const stalls = (): number => own.delays.count() - (own.delays.cumulative()[own.delays.bounds.indexOf(0.25)] ?? 0);
    const before = stalls();
    block(400);
    await nextReading();
    expect(own.figures().eventLoopDelayMs).toBeGreaterThan(300);
    const seen = stalls();
    expect(seen).toBeGreaterThan(before);
    // Busy beyond the moment at which the next reading is due.
    while (performance.now() < read + 1_700) await turn();
    block(600);
    await nextReading();
    expect(stalls()).toBeGreaterThan(seen);
  });

  it('sees a stall that comes between the timer of a reading and the reading', async () => {
    const { port1, port2 } = new MessageChannel();
    port2.on('message', () => block(400));
    const read = new Promise<void>((resolve) => {
      const clock: Clock = {
        ...systemClock,
        // What arrives while a turn's timers are called comes next, and only then the immediates.
        setTimeout: (work, ms) =>
          systemClock.setTimeout(() => {
            work();
            if (ms < 1_000) return;
            port1.postMessage('');
            setTimeout(resolve, 0);
          }, ms),
      };
      watch = watchProcess({ maxEventLoopDelayMs: 100, onChange: () => {}, clock });
    });
    await read;
    port1.close();
    expect(watch?.figures().eventLoopDelayMs).toBeGreaterThan(300);
  });

  it('forgets a stall after ten seconds', { timeout: 20_000 }, async () => {
    const changes: (readonly string[])[] = [];
    const forgotten = new Promise<void>((resolve) => {
      const own = watchProcess({
        maxEventLoopDelayMs: 300,
        onChange() {
          changes.push(own.distress());
          if (changes.length === 2) resolve();
        },
      });
      watch = own;
    });
    await warm();
    block(700);
    await forgotten;
    expect(changes).toEqual([['Event loop blocked'], []]);
  });
});

describe('liveness', () => {
  it('fails when the event loop was stuck, whatever the checks say, and leaves readiness alone', async () => {
    const checker = { check: async () => {}, explain: () => 'unavailable' as const };
    const probity = createProbity({ maxEventLoopDelay: '100ms', checks: { database: { checker } } });
    const { port } = await probity.listen(0, '127.0.0.1');
    await warm();
    block(400);
    let health = await fetch(`http://127.0.0.1:${port}/health`);
    while (health.status === 200) health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(await health.json()).toMatchObject({ status: 503, detail: 'Event loop blocked' });
    expect((await fetch(`http://127.0.0.1:${port}/internal/alive`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
    await probity.stop();
  });
});
