/** How often the main thread beats, and how often the worker looks. */
const intervalMs = 50;

/** One number that both threads see. */
export type SharedBeats = SharedArrayBuffer;

export const newBeats = (): SharedBeats => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

/** Counts while the event loop of this thread turns; returns the function that ends it. */
export function beat(shared: SharedBeats): () => void {
  const beats = new Int32Array(shared);
  const timer = setInterval(() => Atomics.add(beats, 0, 1), intervalMs).unref();
  return () => clearInterval(timer);
}

/**
 * How long the other thread's loop has stood still, in milliseconds. Time in which this thread stood still as well (a
 * frozen container, a machine asleep) does not count: only what this one could have seen does.
 */
export function stallOf(shared: SharedBeats): () => number {
  const beats = new Int32Array(shared);
  let seen = Atomics.load(beats, 0);
  let lookedAt = performance.now();
  let stalledMs = 0;
  const look = (): void => {
    const now = performance.now();
    const current = Atomics.load(beats, 0);
    stalledMs = current === seen ? stalledMs + Math.min(now - lookedAt, 4 * intervalMs) : 0;
    seen = current;
    lookedAt = now;
  };
  setInterval(look, intervalMs).unref();
  return () => {
    look();
    // A loop that turns is seen to stand still between two beats.
    return Math.max(0, stalledMs - 2 * intervalMs);
  };
}
