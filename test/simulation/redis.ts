import type { connectFleet, FleetEvents } from '../../src/fleet/client.ts';
import { exchange, leave, listReplicas, type SentChange, type StoredChange } from '../../src/fleet/script.ts';
import type { Chance } from './chance.ts';
import type { Loop } from './loop.ts';
import type { RedisState } from './script.ts';
import type { World } from './world.ts';

/** A Redis that keeps what a fleet keeps there, behind a network that loses messages, delays them and tells them twice. */
export interface FleetRedis {
  become(state: RedisState): void;
  /** What the fleet of a process connects with. */
  connect(loop: Loop): typeof connectFleet;
  /** How many connections there are. */
  connections(): number;
}

/** As `src/fleet/client.ts` has them: a command without an answer fails after so long, and a connection comes back. */
const commandTimeoutMs = 1_000;
const longestRetryMs = 500;

/** As `src/fleet/script.ts` has it. */
const goneAfterMs = 15_000;

interface Link {
  readonly loop: Loop;
  readonly events: FleetEvents;
  isUp: boolean;
  /** Fails what is under way. */
  readonly underWay: Set<() => void>;
}

export function createFleetRedis(world: World, chance: Chance): FleetRedis {
  let state: RedisState = { isAway: false, isWiped: false, loss: 0, withinMs: 5 };
  const store = createStore(() => Math.round(1.7e12 + world.now()));
  const links = new Set<Link>();

  const delay = (): number => chance.next() * state.withinMs;
  const isLost = (): boolean => chance.isLikely(state.loss);

  const dial = (link: Link): void =>
    world.after(chance.next() * longestRetryMs, () => {
      if (!links.has(link) || link.isUp) return;
      if (state.isAway) return dial(link);
      link.isUp = true;
      link.loop.arrive(() => link.events.news(), delay());
    });
  const cut = (link: Link): void => {
    if (!link.isUp) return;
    link.isUp = false;
    link.loop.arrive(() => link.events.lost());
    for (const fail of link.underWay) link.loop.arrive(fail);
    link.underWay.clear();
    dial(link);
  };
  const publish = (): void => {
    for (const { loop, events, isUp } of links)
      for (const copy of [isUp && !isLost(), isUp && isLost()]) if (copy) loop.arrive(() => events.news(), delay());
  };

  const send = (link: Link, script: string, args: readonly string[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = link.loop.clock.setTimeout(() => {
        link.underWay.delete(fail);
        reject(new Error('Command timed out'));
        cut(link);
      }, commandTimeoutMs);
      const fail = (): void => {
        link.loop.clock.clearTimeout(timer);
        reject(new Error('Connection is closed.'));
      };
      link.underWay.add(fail);
      if (isLost()) return;
      world.after(delay(), () => {
        if (state.isAway) return;
        const answer = store.run(script, args, publish);
        if (isLost() || !link.underWay.has(fail)) return;
        link.loop.arrive(() => {
          if (!link.underWay.delete(fail)) return;
          link.loop.clock.clearTimeout(timer);
          resolve(answer);
        }, delay());
      });
    });

  return {
    become(next) {
      state = next;
      if (next.isWiped) store.wipe();
      if (next.isAway || next.isWiped) for (const link of links) cut(link);
    },
    connections: () => links.size,
    connect: (loop) => async (_target, _channel, events) => {
      const link: Link = { loop, events, isUp: false, underWay: new Set() };
      links.add(link);
      dial(link);
      return {
        run: (script, _keys, args) =>
          link.isUp ? send(link, script, args) : Promise.reject(new Error('Connection is closed.')),
        close() {
          for (const fail of link.underWay) fail();
          links.delete(link);
        },
      };
    },
  };
}

interface Store {
  run(script: string, args: readonly string[], publish: () => void): unknown;
  wipe(): void;
}

/** What the scripts do, in the words of this language; a test holds them to what a real Redis makes of them. */
export function createStore(now: () => number): Store {
  const faults = new Map<string, StoredChange>();
  const replicas = new Map<string, { readonly seenAt: number; readonly text: string }>();
  let sequence = 0;

  /** Whether the change was taken. */
  const take = ({ check, seq, state, left, text }: SentChange): boolean => {
    const stored = faults.get(check)?.seq ?? -1;
    const wins = state === 'known' ? stored < seq : state === 'new' || stored <= seq;
    if (!wins) return false;
    if (state !== 'known') sequence += 1;
    faults.set(check, { seq: state === 'known' ? seq : sequence, until: now() + left, text });
    return true;
  };

  const scripts: Readonly<Record<string, (args: readonly string[], publish: () => void) => unknown>> = {
    [exchange]([sent, , replica, self], publish) {
      const changes = JSON.parse(sent as string) as SentChange[];
      sequence = Math.max(sequence, ...changes.map(({ seq }) => seq));
      const taken = changes.map(take);
      const all = [...faults].flatMap(([check, stored]) => [check, JSON.stringify(stored)]);
      for (const [check, { until }] of faults) if (until <= now()) faults.delete(check);
      if (taken.includes(true)) publish();
      replicas.set(replica as string, { seenAt: now(), text: self as string });
      return [String(now()), all];
    },
    [listReplicas]() {
      for (const [replica, { seenAt }] of replicas) if (now() - seenAt > goneAfterMs) replicas.delete(replica);
      return [...replicas].map(([replica, { seenAt, text }]) => [replica, String(now() - seenAt), text]);
    },
    [leave]: ([replica]) => Number(replicas.delete(replica as string)),
  };

  return {
    run: (script, args, publish) => scripts[script]?.(args, publish),
    wipe() {
      faults.clear();
      replicas.clear();
      sequence = 0;
    },
  };
}
