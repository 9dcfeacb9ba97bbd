import type { Fault } from '../../generated/contract/types.gen.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import type { Checker } from '../health/checker.ts';
import { overlay } from './overlay.ts';
import {
  type ActiveFault,
  activate,
  type FaultState,
  isOver,
  nextEnd,
  noFaults,
  withFault,
  withoutFault,
} from './state.ts';

/** Failures on purpose that act on this replica, by check. Each ends by itself. */
export interface Faults {
  /** The faults in force. */
  list(): readonly ActiveFault[];
  of(check: string): ActiveFault | undefined;
  /** @param leftMs what is left of its time to live, when it was set on another replica */
  set(check: string, fault: Fault, by?: string, leftMs?: number): ActiveFault;
  /** Whether there was one. */
  clear(check: string): boolean;
  /** The checker with the check's fault laid over it; nothing when there is none. */
  overlay(check: string, checker: Checker): Checker | undefined;
  /** Ends everything, without a notice. */
  stop(): void;
}

interface FaultsOptions {
  /** Takes a fault that has ended by itself. */
  onExpiry(active: ActiveFault): void;
  readonly clock?: Clock;
}

export function createFaults({ onExpiry, clock = systemClock }: FaultsOptions): Faults {
  let state: FaultState = noFaults;
  let timer: Timer | undefined;
  const endings = new Map<string, AbortController>();

  const become = (after: FaultState): void => {
    state = after;
    clock.clearTimeout(timer);
    if (state.size > 0) timer = clock.setTimeout(expire, Math.ceil(nextEnd(state) - clock.now())).unref();
  };
  const end = (check: string): void => {
    become(withoutFault(state, check));
    endings.get(check)?.abort();
    endings.delete(check);
  };
  const expire = (): void => {
    const over = [...state.values()].filter((active) => isOver(active, clock.now()));
    for (const { check } of over) end(check);
    become(state);
    for (const active of over) onExpiry(active);
  };
  /** A timer may be late, and a fault never is. */
  const find = (check: string): ActiveFault | undefined => {
    const active = state.get(check);
    return active === undefined || isOver(active, clock.now()) ? undefined : active;
  };

  const overlaid = (check: string, checker: Checker): Checker | undefined => {
    const active = find(check);
    const ended = endings.get(check)?.signal;
    const next = (): Checker => overlaid(check, checker) ?? checker;
    return active && ended && overlay({ active, checker, ended, next, clock });
  };

  return {
    list: () => [...state.keys()].flatMap((check) => find(check) ?? []),
    of: find,
    set(check, fault, by, leftMs) {
      end(check);
      const active = activate(check, fault, clock.now(), by, leftMs);
      endings.set(check, new AbortController());
      become(withFault(state, active));
      return active;
    },
    clear(check) {
      const was = find(check) !== undefined;
      end(check);
      return was;
    },
    overlay: overlaid,
    stop() {
      for (const check of [...state.keys()]) end(check);
    },
  };
}
