import { type Chance, createChance } from './chance.ts';
import { createLoop, type Loop } from './loop.ts';
import { createQueue } from './queue.ts';

/** Time that passes as fast as the machine can work it off, for everybody who takes part. */
export interface World {
  /** Milliseconds since the world began. */
  now(): number;
  /** The event loop of one more process. */
  loop(): Loop;
  /** Lets something happen outside of every process. */
  after(ms: number, work: () => void): void;
  /** Lets everything happen until then, or until it is over. */
  run(until: number, isOver?: () => boolean): Promise<void>;
}

export function createWorld(seed: number): World {
  const chance: Chance = createChance(seed);
  const loops: Loop[] = [];
  const outside = createQueue();
  let now = 0;

  /** Makes the next call; false when there is none before `until`. */
  const step = (until: number): boolean => {
    let at = outside.nextAt();
    let first: Loop | undefined;
    for (const loop of loops) {
      const wakesAt = loop.wakesAt();
      if (wakesAt < at) [at, first] = [wakesAt, loop];
    }
    if (at > until) {
      now = Math.max(now, until);
      return false;
    }
    now = Math.max(now, at);
    if (first === undefined) outside.takeDue(at)?.work?.();
    else first.step();
    return true;
  };

  return {
    now: () => now,
    loop() {
      const loop = createLoop(() => now, createChance(chance.whole(0, 2 ** 31)));
      loops.push(loop);
      return loop;
    },
    after: (ms, work) => outside.put({ at: now + ms, work, isQueued: true }),
    /** Node works off all promises between a tick and the next, and far faster than between two of its own turns. */
    run: (until, isOver = () => false) =>
      new Promise((resolve, reject) => {
        const next = (): void => {
          try {
            if (!isOver() && step(until)) queueMicrotask(hop);
            else resolve();
          } catch (error) {
            reject(error);
          }
        };
        const hop = (): void => process.nextTick(next);
        next();
      }),
  };
}
