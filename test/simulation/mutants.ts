import type { Fault } from '../../generated/contract/types.gen.ts';
import type { Clock } from '../../src/base/clock.ts';
import { milliseconds } from '../../src/base/duration.ts';
import type { connectFleet, FleetEvents } from '../../src/fleet/client.ts';
import { exchange } from '../../src/fleet/script.ts';
import type { PreparedReplies } from '../../src/probes/prepared.ts';
import type { ProbeReply } from '../../src/probes/request-counts.ts';
import type { Assembly } from '../../src/service/assembly.ts';
import type { ScriptedChecker } from './dependency.ts';
import type { ScriptedCheck } from './script.ts';

type Connect = typeof connectFleet;
type Replies = Pick<PreparedReplies, 'get'>;

/** What surrounds a service, and can be changed so that the service does one thing wrong; none of its own code is. */
export interface Mutant {
  rules(check: ScriptedCheck): ScriptedCheck;
  checker(checker: ScriptedChecker): ScriptedChecker;
  clock(clock: Clock): Clock;
  fault(fault: Fault): Fault;
  connect(connect: Connect): Connect;
  assembly(assembly: Assembly): Assembly;
  replies(replies: Replies): Replies;
}

/** Changes nothing. */
export const none: Mutant = {
  rules: (check) => check,
  checker: (checker) => checker,
  clock: (clock) => clock,
  fault: (fault) => fault,
  connect: (connect) => connect,
  assembly: (assembly) => assembly,
  replies: (replies) => replies,
};

const mutant = (changes: Partial<Mutant>): Mutant => ({ ...none, ...changes });

const neverConnecting = { canary: { every: '500h', required: false } } as const;

const instead = (from: string, to: string): Mutant =>
  mutant({ replies: ({ get }) => ({ get: (path) => get(path === from ? to : path) }) });

/** Each does one thing wrong that the oracle must see. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'goes down one failure too late': mutant({ rules: (check) => ({ ...check, failAfter: check.failAfter + 1 }) }),
  'goes down one failure too early': mutant({
    rules: (check) => ({ ...check, failAfter: Math.max(1, check.failAfter - 1) }),
  }),
  'comes back one success too late': mutant({ rules: (check) => ({ ...check, recoverAfter: check.recoverAfter + 1 }) }),
  'comes back one success too early': mutant({
    rules: (check) => ({ ...check, recoverAfter: Math.max(1, check.recoverAfter - 1) }),
  }),
  'never goes stale': mutant({ rules: (check) => ({ ...check, staleAfter: '500h' }) }),
  'runs half as often': mutant({
    rules: ({ staleAfter: _, ...check }) => ({ ...check, interval: doubled(check.interval) }),
  }),
  'waits twice as long for an answer': mutant({
    rules: ({ staleAfter: _, ...check }) => ({ ...check, timeout: doubled(check.timeout) }),
  }),
  'takes every check for one that nothing needs': mutant({ rules: (check) => ({ ...check, requiredFor: 'nothing' }) }),
  'starts each run twice': mutant({
    checker: (checker) => ({
      ...checker,
      check(signal) {
        void Promise.resolve(checker.check(signal)).catch(() => {});
        return checker.check(signal);
      },
    }),
  }),
  'does not listen to drivers': mutant({ checker: (checker) => ({ ...checker, watch() {} }) }),
  'takes every failure for a success': mutant({
    checker: (checker) => ({ ...checker, check: async (signal) => checker.check(signal).catch(() => {}) }),
  }),
  'never connects anew': mutant({ rules: ({ canary, ...check }) => ({ ...check, ...(canary && neverConnecting) }) }),
  'connects anew all the time': mutant({
    rules: ({ canary, ...check }) => ({ ...check, ...(canary && { canary: { ...canary, every: '5s' } }) }),
  }),
  'leaves checkers open': mutant({ checker: (checker) => ({ ...checker, close: async () => {} }) }),
  'lets a fault live twice as long': mutant({
    fault: (fault) => ({ ...fault, ttlSeconds: 2 * (fault.ttlSeconds ?? 900) }),
  }),
  'forgets to set a fault': mutant({ assembly: withoutFaults }),
  'clears no timer': mutant({ clock: (clock) => ({ ...clock, clearTimeout() {} }) }),
  'takes four times as long to try again': mutant({
    clock: (clock) => ({
      ...clock,
      setTimeout: (work, ms) => clock.setTimeout(work, ms > 80 && ms < 1_000 ? 4 * ms : ms),
    }),
  }),
  'loses one timer in a hundred': mutant({ clock: losing }),
  'tells its news half a second later': mutant({
    clock: (clock) => ({ ...clock, setImmediate: (work) => clock.setTimeout(work, 500) }),
  }),
  'lets liveness look at dependencies': instead('/internal/alive', '/internal/ready'),
  'lets liveness always succeed': mutant({ replies: first('/health') }),
  'lets startup look at every check': instead('/startup', '/ready'),
  'keeps the first answer': mutant({ replies: first('/ready') }),
  'cuts its answers off': mutant({
    replies: ({ get }) => ({ get: (path) => cut(get(path)) }),
  }),
  'is patient with a heart that does not beat': mutant({ assembly: patient }),
  'goes on as if it did not drain': mutant({ assembly: withoutDrain }),
  'stops without ending its checks': mutant({ assembly: withoutEnd }),
  'hears nothing of other replicas': mutant({ connect: deaf }),
  'tells other replicas nothing': mutant({ connect: mute }),
};

const doubled = (duration: string | number): number => 2 * milliseconds('duration', duration);

function losing(clock: Clock): Clock {
  let set = 0;
  return {
    ...clock,
    setTimeout(work, ms) {
      set += 1;
      return clock.setTimeout(set % 100 === 0 ? () => {} : work, ms);
    },
  };
}

function first(of: string): Mutant['replies'] {
  return ({ get }) => {
    let kept: ProbeReply | undefined;
    return {
      get(path) {
        if (path !== of) return get(path);
        const reply = get(path);
        if (reply?.status === 200) kept ??= reply;
        return kept ?? reply;
      },
    };
  };
}

const cut = (reply: ProbeReply | undefined): ProbeReply | undefined =>
  reply && { ...reply, body: reply.body.subarray(0, -1) };

function withoutFaults(assembly: Assembly): Assembly {
  const { faults } = assembly;
  return { ...assembly, faults: { ...faults, set: async (check: string) => faults.of(check) } };
}

function patient(assembly: Assembly): Assembly {
  const { heartbeats } = assembly;
  return { ...assembly, heartbeats: { ...heartbeats, expect: (name, ms) => heartbeats.expect(name, 10 * ms) } };
}

function withoutDrain(assembly: Assembly): Assembly {
  return { ...assembly, monitor: { ...assembly.monitor, drain() {} } };
}

function withoutEnd(assembly: Assembly): Assembly {
  return { ...assembly, shutdown: { ...assembly.shutdown, run: async () => 0 } };
}

function deaf(connect: Connect): Connect {
  return async (target, channel, events: FleetEvents) => {
    const client = await connect(target, channel, events);
    return {
      ...client,
      async run(script, keys, args) {
        const answer = await client.run(script, keys, args);
        return script === exchange ? [[], 0] : answer;
      },
    };
  };
}

function mute(connect: Connect): Connect {
  return async (target, channel, events: FleetEvents) => {
    const client = await connect(target, channel, events);
    return { ...client, run: (script, keys, [, ...rest]) => client.run(script, keys, ['[]', ...rest]) };
  };
}
