/** What is to be called at a moment, in the order of the moments; those of one moment in the order they were put in. */
export interface Entry {
  at: number;
  /** Absent once it has been called off. */
  work: (() => void) | undefined;
  /** Whether it stands in a queue. */
  isQueued: boolean;
}

export interface Queue {
  put(entry: Entry): void;
  /** When the next one is due; never is infinite. */
  nextAt(): number;
  /** Takes the next one out when it is due by `now`. */
  takeDue(now: number): Entry | undefined;
}

interface Slot {
  readonly at: number;
  readonly order: number;
  readonly entry: Entry;
}

/** A binary heap. An entry whose moment was put off stays where it is until that comes up, and is put back then. */
export function createQueue(): Queue {
  const heap: Slot[] = [];
  let order = 0;

  const isBefore = (one: Slot, other: Slot): boolean =>
    one.at < other.at || (one.at === other.at && one.order < other.order);
  const push = (slot: Slot): void => {
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(slot, heap[parent] as Slot)) break;
      heap[index] = heap[parent] as Slot;
      index = parent;
    }
    heap[index] = slot;
  };
  const pop = (): void => {
    const last = heap.pop() as Slot;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Slot, heap[child] as Slot)) child += 1;
      if (!isBefore(heap[child] as Slot, last)) break;
      heap[index] = heap[child] as Slot;
      index = child;
    }
    heap[index] = last;
  };
  /** Drops what was called off and puts back what was put off, so that the first one is the next one. */
  const settle = (): Slot | undefined => {
    for (;;) {
      const first = heap[0];
      if (first === undefined || (first.entry.work !== undefined && first.entry.at <= first.at)) return first;
      pop();
      if (first.entry.work === undefined) first.entry.isQueued = false;
      else push({ at: first.entry.at, order: order++, entry: first.entry });
    }
  };

  return {
    put(entry) {
      entry.isQueued = true;
      push({ at: entry.at, order: order++, entry });
    },
    nextAt: () => settle()?.at ?? Number.POSITIVE_INFINITY,
    takeDue(now) {
      const first = settle();
      if (first === undefined || first.at > now) return undefined;
      pop();
      first.entry.isQueued = false;
      return first.entry;
    },
  };
}
