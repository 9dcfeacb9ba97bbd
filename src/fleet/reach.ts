import type { Log } from '../base/log.ts';

/** Whether this replica reaches the others. The log hears of each change. */
interface Reach {
  /** Begins under the name of this replica. */
  begin(replica: string): void;
  replica(): string;
  become(isReached: boolean): void;
  isReachable(): boolean;
  /** From now on nothing changes any more. */
  end(): void;
  isOver(): boolean;
}

export function createReach(log: Log): Reach {
  let replica = '';
  /** `unknown` before the first connection has come or failed. */
  let state: 'unknown' | 'reached' | 'lost' | 'over' = 'unknown';
  return {
    begin(name) {
      replica = name;
    },
    replica: () => replica,
    become(isReached) {
      const next = isReached ? 'reached' : 'lost';
      if (state === next || state === 'over') return;
      state = next;
      if (isReached) log.info({ replica }, 'fleet reached');
      else log.warn({ replica }, 'fleet out of reach: faults stay as they are, and changes act on this replica alone');
    },
    isReachable: () => state === 'reached',
    end() {
      state = 'over';
    },
    isOver: () => state === 'over',
  };
}
