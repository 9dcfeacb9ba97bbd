import type { connectFleet, FleetEvents } from '../../src/fleet/client.ts';
import { exchange, type Heard, leave, listReplicas, type SentChange } from '../../src/fleet/script.ts';
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
const dayMs = 86_400_000;

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

interface Entry {
  readonly seq: number;
  readonly until: number;
  readonly text: string;
}

/** What the scripts do, in the words of this language; a test holds them to what a real Redis makes of them. */
export function createStore(now: () => number): Store {
  const entries = new Map<string, Entry>();
  const replicas = new Map<string, { readonly seenAt: number; readonly text: string }>();
  let sequence = 0;

  const isPlace = (seq: number): boolean => Number.isInteger(seq) && seq >= 0 && seq <= now() + dayMs;
  const write = ({ check, left, text }: SentChange, seq: number): boolean => {
    entries.set(check, { seq, until: now() + left, text });
    return true;
  };
  const writeNext = (change: SentChange): boolean => {
    sequence = Math.max(sequence + 1, now());
    return write(change, sequence);
  };
  /** Whether it was written. */
  const take = (change: SentChange): boolean => {
    const { check, seq, state } = change;
    const stored = entries.get(check)?.seq ?? -1;
    if (state === 'new') return writeNext(change);
    if (!isPlace(seq)) return (state === 'late' || stored === -1) && writeNext(change);
    if (state === 'late') return stored <= seq && writeNext(change);
    return stored < seq && write(change, seq);
  };
  /** How many were taken away. */
  const remove = (changes: readonly SentChange[]): number =>
    changes.filter(({ check, seq }) => entries.get(check)?.seq === seq && entries.delete(check)).length;

  const step = ([sent, , replica, self]: readonly string[], publish: () => void): Heard => {
    const changes = JSON.parse(sent as string) as SentChange[];
    const places = [...changes, ...entries.values()].map(({ seq }) => seq).filter(isPlace);
    const before = sequence;
    sequence = Math.max(sequence, ...places);
    const removed = remove(changes.filter(({ state }) => state === 'refused'));
    const written = changes.filter(({ state }) => state !== 'refused').map(take);
    for (const [check, { until }] of entries) if (until <= now()) entries.delete(check);
    // What was only heard of is kept when something is written.
    if (written.includes(true)) publish();
    else sequence = before;
    replicas.set(replica as string, { seenAt: now(), text: self as string });
    const found = [...entries].map(
      ([check, { seq, until, text }]) => [check, String(seq), String(until - now()), text] as const,
    );
    return [found, removed];
  };

  const scripts: Readonly<Record<string, (args: readonly string[], publish: () => void) => unknown>> = {
    [exchange]: step,
    [listReplicas]() {
      for (const [replica, { seenAt }] of replicas) if (now() - seenAt > goneAfterMs) replicas.delete(replica);
      return [...replicas].map(([replica, { seenAt, text }]) => [replica, String(now() - seenAt), text]);
    },
    [leave]: ([replica]) => Number(replicas.delete(replica as string)),
  };

  return {
    run: (script, args, publish) => scripts[script]?.(args, publish),
    wipe() {
      entries.clear();
      replicas.clear();
      sequence = 0;
    },
  };
}
