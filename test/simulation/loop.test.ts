import { describe, expect, it, vi } from 'vitest';
import { createWorld } from './world.ts';

const setting = () => {
  const world = createWorld(1);
  const loop = world.loop();
  const order: string[] = [];
  const note = (what: string) => () => void order.push(what);
  return { world, loop, clock: loop.clock, order, note };
};

describe('an event loop under virtual time', () => {
  it('calls timers, then what has arrived, then immediates, and works the promises off in between', async () => {
    const { world, loop, clock, order, note } = setting();
    clock.setImmediate(note('immediate'));
    loop.arrive(note('arrived'));
    clock.setTimeout(() => {
      order.push('timer');
      void Promise.resolve().then(note('promise')).then(note('promise of a promise'));
      clock.setImmediate(note('immediate of a timer'));
      loop.stall(10);
    }, 0);
    clock.setTimeout(note('later timer'), 5);
    await world.run(2);
    expect(order).toEqual(['arrived', 'immediate', 'timer', 'promise', 'promise of a promise']);
    await world.run(100);
    expect(order.slice(5)).toEqual(['later timer', 'immediate of a timer']);
  });

  it('fires a timer at whole milliseconds, up to one too early', async () => {
    const { world, clock } = setting();
    const waits: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      await world.run(index * 10.37);
      const since = clock.now();
      clock.setTimeout(() => waits.push(clock.now() - since), 5);
    }
    await world.run(1e5);
    expect(waits).toHaveLength(200);
    expect(Math.min(...waits)).toBeGreaterThan(4);
    expect(Math.max(...waits)).toBeLessThan(6);
  });

  it('takes timers back, repeats them, lets them begin anew, and counts what is left', async () => {
    const { world, loop, clock, order, note } = setting();
    clock.clearTimeout(clock.setTimeout(note('cleared'), 5));
    clock.clearImmediate(clock.setImmediate(note('cleared')));
    const interval = clock.setInterval(note('interval'), 10);
    const refreshed = clock.setTimeout(note('refreshed'), 25);
    await world.run(20.5);
    refreshed.refresh();
    expect(loop.pending()).toBe(2);
    await world.run(44);
    clock.clearTimeout(interval);
    expect(order).toEqual(['interval', 'interval', 'interval', 'interval']);
    await world.run(100);
    expect(order.at(-1)).toBe('refreshed');
    expect(loop.pending()).toBe(0);
  });

  it('stands still alone while it is stuck, and takes all that was due afterwards', async () => {
    const { world, loop, clock, order, note } = setting();
    const other = world.loop();
    // Once Node's histogram has begun to measure.
    clock.setTimeout(() => loop.stall(1_000), 30);
    clock.setTimeout(note('own'), 100);
    other.clock.setTimeout(note('other'), 200);
    await world.run(500);
    expect(order).toEqual(['other']);
    await world.run(1_100);
    expect(order).toEqual(['other', 'own']);
    expect(loop.histogram.max).toBe(1_020e6);
  });

  it('passes a day in a moment', async () => {
    const { world, clock } = setting();
    const tick = vi.fn();
    clock.setInterval(tick, 60_000);
    await world.run(86_400_000);
    expect(tick.mock.calls.length).toBeGreaterThan(1_430);
    expect(tick.mock.calls.length).toBeLessThanOrEqual(1_440);
  });
});
