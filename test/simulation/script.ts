import type { Fault, Reason, RequiredFor } from '../../generated/contract/types.gen.ts';
import type { Duration } from '../../src/base/duration.ts';
import { type CheckRules, rulesOf } from '../../src/health/rules.ts';
import { type Chance, createChance } from './chance.ts';

/** What a dependency does with those who ask; times in milliseconds. */
export type Behaviour =
  /** Answers within so long; one that takes about as long as a run may is slow. */
  | { readonly kind: 'ok'; readonly withinMs: number }
  /** Fails, or is busy, for a reason, within so long. */
  | { readonly kind: 'fails'; readonly reason: Reason; readonly withinMs: number }
  /** The driver throws instead of rejecting. */
  | { readonly kind: 'throws'; readonly reason: Reason }
  /** Never answers; whoever is told to let go does. */
  | { readonly kind: 'hangs' }
  /** Never answers, and nobody lets go before something else happens. */
  | { readonly kind: 'deaf' };

export type Happening = { readonly at: number } & (
  | { readonly what: 'becomes'; readonly check: number; readonly behaviour: Behaviour; readonly isTold: boolean }
  | { readonly what: 'reset'; readonly check: number }
  /** Who connects anew is refused for a reason from now on, or not any more. */
  | { readonly what: 'door'; readonly check: number; readonly refuses?: Reason }
  | { readonly what: 'notice'; readonly replica: number; readonly check: number }
  | { readonly what: 'fault'; readonly replica: number; readonly check: string; readonly fault: Fault }
  | { readonly what: 'clear'; readonly replica: number; readonly check: string }
  | { readonly what: 'stall'; readonly replica: number; readonly ms: number; readonly in: StallPlace }
  | { readonly what: 'silence'; readonly replica: number; readonly ms: number }
  | { readonly what: 'fail'; readonly replica: number }
  | { readonly what: 'started'; readonly replica: number }
  | { readonly what: 'drain' | 'shutdown'; readonly replica: number }
  | { readonly what: 'redis'; readonly becomes: RedisState }
  | { readonly what: 'ask'; readonly replica: number }
);

/** In which part of a turn the loop gets stuck. */
export type StallPlace = 'timers' | 'poll' | 'behind a timer';

/** How the fleet's Redis is to be reached. */
export interface RedisState {
  readonly isAway: boolean;
  /** Whether it has forgotten everything on the way here. */
  readonly isWiped: boolean;
  /** Which share of messages is lost, and of published ones told twice. */
  readonly loss: number;
  readonly withinMs: number;
}

export interface ScriptedCheck {
  readonly requiredFor: RequiredFor;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly staleAfter?: Duration;
  readonly failAfter: number;
  readonly recoverAfter: number;
  /** Whether it is one of those that may be left behind. */
  readonly mayHang: boolean;
  /** Absent where nobody tries a fresh connection. */
  readonly canary?: { readonly every: Duration; readonly required: boolean };
}

/** Everything that happens in one simulated service, and nothing of what follows from it. */
export interface Script {
  readonly seed: number;
  readonly lastsMs: number;
  readonly replicas: number;
  readonly isStartExplicit: boolean;
  readonly checks: readonly ScriptedCheck[];
  /** How long the application may be silent; it beats three times as often. */
  readonly heartbeatMs?: number;
  readonly happenings: readonly Happening[];
}

export const nameOf = (check: number): string => `check${check}`;

export const rulesIn = ({ checks }: Pick<Script, 'checks'>): CheckRules[] =>
  checks.map((check, index) => rulesOf(nameOf(index), { canary: false, ...check }));

/** The longest that the loop may stand still in every script, in milliseconds. */
export const maxStallMs = 5_000;

const failures: readonly Reason[] = ['refused', 'timeout', 'dns', 'protocol', 'starting', 'read_only', 'unavailable'];
const busyReasons: readonly Reason[] = ['overloaded', 'too_many_connections', 'pool_saturated', 'blocked'];

/** So long nothing happens: a process that has only begun measures nothing yet. */
const bootMs = 100;

/** What is not left to the seed. */
interface Wanted {
  /** An hour when left out. */
  readonly lastsMs?: number;
  readonly replicas?: number;
  /** How much happens, beside what undoes it. */
  readonly troubles?: number;
}

/** The script that a seed stands for. */
export function scriptOf(seed: number, wanted: Wanted = {}): Script {
  const chance = createChance(seed);
  const { lastsMs = 3_600_000 } = wanted;
  const { replicas = chance.isLikely(0.94) ? 1 : chance.whole(2, 3) } = wanted;
  const { troubles = chance.whole(5, 25) } = wanted;
  const checks = Array.from({ length: chance.whole(1, 3) }, () => checkOf(chance, replicas));
  const replica = (): number => chance.whole(0, replicas - 1);
  let at = bootMs;
  const happenings = Array.from({ length: troubles }, () => {
    // Much goes wrong at the same time.
    at = chance.isLikely(0.4) ? at + 10 ** chance.between(0, 4.5) : chance.between(bootMs, lastsMs);
    return happeningsAt(chance, at, checks, replica);
  })
    .flat()
    .concat(fleetHappenings(chance, lastsMs, replicas), endings(chance, lastsMs, replica))
    .filter(({ at }) => at < lastsMs);
  const asks = [...happenings, ...Array.from({ length: 30 }, () => ({ at: chance.next() * lastsMs }))].flatMap(
    ({ at }) =>
      Array.from({ length: 3 }, (_, index): Happening => {
        const laterMs = 10 ** chance.between(1.7 * index, 1.7 * index + 1.7);
        return { at: Math.min(at + laterMs, lastsMs), what: 'ask', replica: replica() };
      }),
  );
  return {
    seed,
    lastsMs,
    replicas,
    checks,
    isStartExplicit: chance.isLikely(0.1),
    ...(chance.isLikely(0.5) ? { heartbeatMs: chance.pick([20_000, 60_000, 300_000]) } : {}),
    happenings: [...happenings, ...asks].sort((one, other) => one.at - other.at),
  };
}

function checkOf(chance: Chance, replicas: number): ScriptedCheck {
  const interval = chance.pick([5, 5, 10, 15, 30, 60, 300]) * (replicas > 1 ? 2 : 1);
  const timeoutMs = chance.pick([50, 200, 1_000, 1_000, 3_000]);
  const rounds = chance.pick([undefined, undefined, 1, 1.5, 4]);
  return {
    requiredFor: chance.pick(['readiness', 'readiness', 'readiness', 'startup', 'nothing']),
    interval: `${interval}s`,
    timeout: `${timeoutMs}ms`,
    ...(rounds === undefined ? {} : { staleAfter: `${rounds * (interval * 1_000 + timeoutMs)}ms` }),
    failAfter: chance.whole(1, 4),
    recoverAfter: chance.whole(1, 3),
    ...chance.pick([{ mayHang: true }, { mayHang: false }, { mayHang: false, canary: canaryOf(chance) }]),
  };
}

const canaryOf = (chance: Chance): NonNullable<ScriptedCheck['canary']> => ({
  every: chance.pick(['20s', '60s', '300s']),
  required: chance.isLikely(0.5),
});

/** What somebody does, and what undoes it. */
function happeningsAt(
  chance: Chance,
  at: number,
  checks: readonly ScriptedCheck[],
  replica: () => number,
): Happening[] {
  const check = chance.whole(0, checks.length - 1);
  const timeoutMs = Number.parseFloat(checks[check]?.timeout as string);
  const laterMs = 10 ** chance.between(1.5, 5.3);
  const what = chance.next();
  if (what < 0.45) {
    const well: Behaviour = { kind: 'ok', withinMs: timeoutMs * chance.between(0.01, 0.5) };
    const isTold = chance.isLikely(0.5);
    return [
      { at, what: 'becomes', check, behaviour: behaviourOf(chance, timeoutMs), isTold },
      { at: at + laterMs, what: 'becomes', check, behaviour: well, isTold },
    ];
  }
  if (what < 0.5) return [{ at, what: 'reset', check }];
  if (what < 0.55) return [{ at, what: 'notice', replica: replica(), check }];
  if (what < 0.83) {
    const name = chance.isLikely(0.1) ? 'liveness' : nameOf(check);
    const fault = name === 'liveness' ? ({ kind: 'outage', ttlSeconds: 60 } as const) : faultOf(chance);
    const set: Happening = { at, what: 'fault', replica: replica(), check: name, fault };
    return chance.isLikely(0.5) ? [set] : [set, { at: at + laterMs, what: 'clear', replica: replica(), check: name }];
  }
  if (what < 0.91) {
    const ms = chance.pick([30, 300, 1_000, 3_000, 8_000, 30_000]) * chance.between(1, 1.4);
    return [{ at, what: 'stall', replica: replica(), ms, in: chance.pick(['timers', 'poll', 'behind a timer']) }];
  }
  if (what < 0.95) return [{ at, what: 'silence', replica: replica(), ms: laterMs }];
  const kept = Math.max(
    0,
    checks.findIndex(({ canary }) => canary !== undefined),
  );
  const refuses = chance.pick<Reason>(['auth', 'tls', 'too_many_connections', 'dns']);
  return [
    { at, what: 'door', check: kept, refuses },
    { at: at + 10 ** chance.between(3, 6), what: 'door', check: kept },
  ];
}

function behaviourOf(chance: Chance, timeoutMs: number): Behaviour {
  const kind = chance.pick(['fails', 'fails', 'fails', 'throws', 'hangs', 'deaf', 'busy', 'slow', 'auth'] as const);
  const withinMs = timeoutMs * chance.between(0.01, 0.5);
  if (kind === 'fails') return { kind, reason: chance.pick(failures), withinMs };
  if (kind === 'auth') return { kind: 'fails', reason: 'auth', withinMs };
  if (kind === 'busy') return { kind: 'fails', reason: chance.pick(busyReasons), withinMs };
  if (kind === 'slow') return { kind: 'ok', withinMs: timeoutMs * chance.between(1, 2.5) };
  return kind === 'throws' ? { kind, reason: chance.pick(failures) } : { kind };
}

function faultOf(chance: Chance): Fault {
  const ttlSeconds = Math.ceil(10 ** chance.between(0, 2.8));
  const delayMs = chance.whole(1, 2_000);
  return chance.pick<Fault>([
    { kind: 'outage', ttlSeconds },
    { kind: 'outage', ttlSeconds },
    { kind: 'hang', ttlSeconds },
    { kind: 'latency', delayMs, jitterMs: chance.whole(0, delayMs), ttlSeconds },
    { kind: 'flap', periodMs: chance.whole(100, 60_000), ttlSeconds },
    { kind: 'error', probability: chance.next(), ttlSeconds },
  ]);
}

const calm: RedisState = { isAway: false, isWiped: false, loss: 0, withinMs: 5 };

function fleetHappenings(chance: Chance, lastsMs: number, replicas: number): Happening[] {
  if (replicas === 1) return [];
  return Array.from({ length: chance.whole(1, 6) }, () => {
    const at = chance.next() * lastsMs;
    const isAway = chance.isLikely(0.4);
    const rough: RedisState = isAway
      ? { ...calm, isAway }
      : { ...calm, loss: chance.between(0, 0.5), withinMs: chance.between(5, 900) };
    const back: RedisState = { ...calm, isWiped: chance.isLikely(0.3) };
    return [
      { at, what: 'redis', becomes: rough },
      { at: at + 10 ** chance.between(2, 5.3), what: 'redis', becomes: back },
    ] satisfies Happening[];
  }).flat();
}

function endings(chance: Chance, lastsMs: number, replica: () => number): Happening[] {
  const late = (): number => lastsMs * chance.between(0.5, 1);
  return [
    ...(chance.isLikely(0.3) ? [{ at: late(), what: 'shutdown', replica: replica() } as const] : []),
    ...(chance.isLikely(0.1) ? [{ at: late(), what: 'drain', replica: replica() } as const] : []),
    ...(chance.isLikely(0.05) ? [{ at: late(), what: 'fail', replica: replica() } as const] : []),
    { at: lastsMs * chance.between(0, 0.1), what: 'started', replica: replica() },
  ];
}
