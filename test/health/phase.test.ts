import { describe, expect, it } from 'vitest';
import type { Lifecycle } from '../../generated/contract/types.gen.ts';
import { type LifecycleEvent, nextLifecycle } from '../../src/health/phase.ts';

const forward: readonly Lifecycle[] = ['starting', 'started', 'draining', 'stopped'];
const events: readonly LifecycleEvent[] = ['started', 'drain', 'stop'];

describe('the lifecycle', () => {
  it.each<[Lifecycle, LifecycleEvent, Lifecycle]>([
    ['starting', 'started', 'started'],
    ['starting', 'drain', 'draining'],
    ['started', 'drain', 'draining'],
    ['started', 'stop', 'stopped'],
    ['draining', 'stop', 'stopped'],
    ['draining', 'started', 'draining'],
    ['stopped', 'started', 'stopped'],
    ['stopped', 'drain', 'stopped'],
  ])('goes from %s on %s to %s', (from, event, to) => {
    expect(nextLifecycle(from, event)).toBe(to);
  });

  it.each(forward.flatMap((from) => events.map((event) => [from, event] as const)))(
    'never goes back from %s on %s',
    (from, event) => {
      expect(forward.indexOf(nextLifecycle(from, event))).toBeGreaterThanOrEqual(forward.indexOf(from));
    },
  );
});
