import type { Lifecycle } from '../../generated/contract/types.gen.ts';

export type LifecycleEvent = 'started' | 'drain' | 'stop';

const table = {
  starting: { started: 'started', drain: 'draining', stop: 'stopped' },
  started: { started: 'started', drain: 'draining', stop: 'stopped' },
  draining: { started: 'draining', drain: 'draining', stop: 'stopped' },
  stopped: { started: 'stopped', drain: 'stopped', stop: 'stopped' },
} as const satisfies Record<Lifecycle, Record<LifecycleEvent, Lifecycle>>;

/** A lifecycle only ever goes forward. */
export const nextLifecycle = (lifecycle: Lifecycle, event: LifecycleEvent): Lifecycle => table[lifecycle][event];
