import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { rangeError } from '../base/errors.ts';
import { oneLine } from '../base/shown.ts';
import { mostNamed } from '../health/probes.ts';
import { namePattern } from '../health/rules.ts';

/** Signs of life that the application owes, and its own word that it needs a restart. */
export interface Heartbeats {
  /**
   * Expects a beat at least every `withinMs`, counted from now; returns the function that beats.
   *
   * @throws RangeError when the name is none, or is taken
   */
  expect(name: string, withinMs: number): () => void;
  /** Beats by name; false when none is expected under it. */
  beat(name: string): boolean;
  /**
   * Says that the process should be restarted.
   *
   * @throws RangeError when the reason is not one line
   */
  fail(reason: string): void;
  /** Why the process should be restarted, in words for people; empty while it is well. */
  distress(): readonly string[];
  /** The heartbeats that are overdue, in words for people. */
  overdue(): readonly string[];
  /** Whether none is expected. */
  isEmpty(): boolean;
  stop(): void;
}

interface Heartbeat {
  beat(): void;
  isOverdue(): boolean;
  readonly withinMs: number;
  stop(): void;
}

const longestReason = 100;

/** @param onChange called when `distress` or `overdue` has changed */
export function createHeartbeats(onChange: () => void, clock: Clock = systemClock): Heartbeats {
  const heartbeats = new Map<string, Heartbeat>();
  const failures = new Set<string>();
  return {
    expect(name, withinMs) {
      if (!namePattern.test(name))
        throw rangeError(
          'PROBITY_NAME',
          `Expected the name of a heartbeat to match ${namePattern}, got \`${oneLine(name)}\``,
        );
      if (heartbeats.has(name))
        throw rangeError('PROBITY_NAME', `Expected one heartbeat named \`${name}\`, got a second one`);
      const heartbeat = createHeartbeat(withinMs, onChange, clock);
      heartbeats.set(name, heartbeat);
      return heartbeat.beat;
    },
    beat(name) {
      heartbeats.get(name)?.beat();
      return heartbeats.has(name);
    },
    fail(reason) {
      if (typeof reason !== 'string' || !/^.+$/.test(reason))
        throw rangeError('PROBITY_OPTION', `Expected a \`reason\` of one line, got \`${oneLine(String(reason))}\``);
      if (failures.size < mostNamed) failures.add(oneLine(reason.slice(0, longestReason)));
      onChange();
    },
    distress: () => [...failures],
    overdue() {
      const overdue = [...heartbeats].filter(([, heartbeat]) => heartbeat.isOverdue());
      const words = overdue.map(([name, { withinMs }]) => `No progress of ${name} for ${withinMs / 1_000} s`);
      return words.slice(0, mostNamed);
    },
    isEmpty: () => heartbeats.size === 0,
    stop() {
      for (const heartbeat of heartbeats.values()) heartbeat.stop();
    },
  };
}

function createHeartbeat(withinMs: number, onChange: () => void, clock: Clock): Heartbeat {
  let overdue = false;
  let expiry: Timer | undefined;
  const expire = (): void => {
    overdue = true;
    onChange();
  };
  // After a stuck event loop the timers come first, and a beat that was due comes next: it gets one more turn.
  const timer = clock
    .setTimeout(() => {
      expiry = clock.setImmediate(expire).unref();
    }, withinMs)
    .unref();
  return {
    withinMs,
    beat() {
      clock.clearImmediate(expiry);
      timer.refresh();
      if (!overdue) return;
      overdue = false;
      onChange();
    },
    isOverdue: () => overdue,
    stop() {
      clock.clearTimeout(timer);
      clock.clearImmediate(expiry);
    },
  };
}
