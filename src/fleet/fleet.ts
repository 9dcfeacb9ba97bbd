import type { Replica } from '../../generated/contract/types.gen.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { atMostOnceAMinute, type Log } from '../base/log.ts';
import type { Change, Sharing } from '../faults/control.ts';
import { connectFleet, type FleetClient } from './client.ts';
import { createLedger, type NewChange } from './ledger.ts';
import { channelOf, exchange, type Heard, keysOf, leave, listReplicas } from './script.ts';
import { fleetTarget } from './url.ts';

/** The replicas that share their faults through one Redis. */
export interface Fleet extends Sharing {
  /** Connects, and keeps in touch; with the port that it listens on, this replica has a name of its own. */
  join(port: number): void;
  /** Tells the others how this replica is, now and not with the next heartbeat. */
  tell(): void;
  /** Who is there; nothing while Redis is out of reach. */
  replicas(): Promise<readonly Replica[] | undefined>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** See `fleetTarget`. */
  readonly redis: string;
  /** Replicas with the same name share their faults. */
  readonly name: string;
  /** Makes a change on this replica. */
  apply(change: Change): void;
  /** Whether a change from elsewhere can be made here. */
  isChange(change: Change): boolean;
  isReady(): boolean;
  readonly log: Log;
  readonly clock?: Clock;
  /** How Redis is reached. */
  readonly connect?: typeof connectFleet;
}

/** Not as an import, as that would read every export: see src/node-http.ts. */
const { randomUUID } = process.getBuiltinModule('node:crypto');
const { hostname } = process.getBuiltinModule('node:os');

/** A heartbeat, and a second chance for news that got lost. */
const everyMs = 800;

export function createFleet(options: FleetOptions): Fleet {
  const { redis, name, apply, isChange, isReady, log, clock = systemClock, connect = connectFleet } = options;
  const target = fleetTarget(redis);
  const keys = keysOf(name);
  const startedAt = clock.now();
  const ledger = createLedger(isChange);
  let replica = '';
  let client: FleetClient | undefined;
  /** Nothing before the first connection has come or failed. */
  let reachable: boolean | undefined;
  let stopped = false;
  let timer: Timer | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = false;

  const reached = (now: boolean): void => {
    if (reachable === now || stopped) return;
    reachable = now;
    if (now) log.info({ replica }, 'fleet reached');
    else log.warn({ replica }, 'fleet out of reach: faults stay as they are, and changes act on this replica alone');
  };
  const tellRemoved = atMostOnceAMinute(clock, (removed: number) =>
    log.warn({ replica, removed }, 'what no replica writes was removed from the fleet, for what the replicas know'),
  );
  const run = async (script: string, ofKeys: readonly string[], args: readonly string[]): Promise<unknown> => {
    if (client === undefined) throw new Error('No connection');
    return client.run(script, ofKeys, args);
  };
  const step = async (news: readonly NewChange[]): Promise<void> => {
    const sent = ledger.toSend(news, clock.now());
    const self = JSON.stringify({ ready: isReady(), ageMs: Math.round(clock.now() - startedAt) });
    const answer = await run(exchange, keys, [JSON.stringify(sent), channelOf(name), replica, self]);
    const [found, removed] = answer as Heard;
    const now = clock.now();
    for (const [check, seq, leftMs, text] of found) {
      const change = ledger.take(check, { seq: Number(seq), text }, Number(leftMs), now);
      if (change !== undefined) apply(change);
    }
    if (removed > 0) tellRemoved(removed);
  };
  /** One at a time: what is known when a step begins is what the one before has heard. */
  const inTurn = (work: () => Promise<void>): Promise<boolean> => {
    const done = turn.then(work).then(
      () => true,
      () => false,
    );
    turn = done;
    return done.then((ok) => {
      reached(ok);
      return ok;
    });
  };
  /** Many news at once are one step. */
  const catchUp = (): void => {
    if (waiting || stopped) return;
    waiting = true;
    void inTurn(() => {
      waiting = false;
      return step([]);
    });
  };
  const beat = (): void => {
    catchUp();
    timer = clock.setTimeout(beat, everyMs).unref();
  };

  return {
    join(port) {
      replica = `${hostname()}:${port}`;
      const events = { news: catchUp, lost: () => reached(false) };
      connect(target, channelOf(name), events).then(
        (connected) => {
          client = connected;
          if (stopped) client.close();
          else timer = clock.setTimeout(beat, everyMs).unref();
        },
        (error) => log.error({ error: error.message }, 'fleet cannot be joined'),
      );
    },
    tell: catchUp,
    async write(changes) {
      const news = changes.map((change): NewChange => ({ ...change, id: randomUUID() }));
      return inTurn(async () => {
        try {
          await step(news);
        } catch (error) {
          for (const change of news) {
            ledger.keep(change, clock.now());
            apply(change);
          }
          throw error;
        }
      });
    },
    isShared: ledger.isTold,
    isReachable: () => reachable === true,
    async replicas() {
      try {
        const found = (await run(listReplicas, [keys[2]], [])) as [string, string, string][];
        return found.flatMap(replicaOf).toSorted((one, other) => one.replica.localeCompare(other.replica));
      } catch {
        return undefined;
      }
    },
    async stop() {
      stopped = true;
      clock.clearTimeout(timer);
      await turn;
      await run(leave, [keys[2]], [replica]).catch(() => {});
      client?.close();
    },
  };
}

/** Nothing for what no replica says of itself. */
function replicaOf([replica, seenMsAgo, text]: [string, string, string]): readonly Replica[] {
  try {
    const { ready, ageMs } = JSON.parse(text) as { ready: unknown; ageMs: unknown };
    const isOne = replicaPattern.test(replica) && typeof ready === 'boolean' && isAge(ageMs);
    if (!isOne) return [];
    const seen = Number(seenMsAgo);
    return [{ replica, ready, ageSeconds: (ageMs + seen) / 1_000, seenSecondsAgo: seen / 1_000 }];
  } catch {
    return [];
  }
}

/** A host and a port. */
const replicaPattern = /^[^\p{C}\p{Z}]+:\d{1,5}$/u;

/** JSON can hold 1e999. */
const isAge = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
