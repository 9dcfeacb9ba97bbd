import type { Replica } from '../../generated/contract/types.gen.ts';
import { systemClock, type Timer } from '../base/clock.ts';
import type { Sharing } from '../faults/control.ts';
import { connectFleet, type FleetClient } from './client.ts';
import { createExchange } from './exchange.ts';
import { createLedger, type NewChange } from './ledger.ts';
import type { FleetSetup } from './options.ts';
import { createReach } from './reach.ts';
import { replicasAt } from './replicas.ts';
import { channelOf, keysOf, leave } from './script.ts';
import { createTurns } from './turns.ts';
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

/** Not as an import, as that would read every export: see src/base/node-http.ts. */
const { randomUUID } = process.getBuiltinModule('node:crypto');
const { hostname } = process.getBuiltinModule('node:os');

/** A heartbeat, and a second chance for news that got lost. */
const everyMs = 800;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the parts of a fleet, and how they are joined
export function createFleet(options: FleetSetup): Fleet {
  const { redis, name, apply, log, clock = systemClock, connect = connectFleet } = options;
  const target = fleetTarget(redis);
  const [, , replicas] = keysOf(name);
  const ledger = createLedger(options.isChange);
  const exchange = createExchange(options, ledger);
  const reach = createReach(log);
  const turns = createTurns(reach.become);
  let client: FleetClient | undefined;
  let timer: Timer | undefined;

  const step = async (news: readonly NewChange[]): Promise<void> => exchange(joined(client), reach.replica(), news);
  const catchUp = (): void => {
    if (!reach.isOver()) turns.takeSoon(() => step([]));
  };
  const beat = (): void => {
    catchUp();
    timer = clock.setTimeout(beat, everyMs).unref();
  };
  const begin = (connected: FleetClient): void => {
    client = connected;
    if (reach.isOver()) client.close();
    else timer = clock.setTimeout(beat, everyMs).unref();
  };
  const keep = (news: readonly NewChange[]): void => {
    for (const change of news) {
      ledger.keep(change, clock.now());
      apply(change);
    }
  };
  return {
    join(port) {
      reach.begin(`${hostname()}:${port}`);
      const events = { news: catchUp, lost: () => reach.become(false) };
      const failed = (error: Error): void => log.error({ error: error.message }, 'fleet cannot be joined');
      connect(target, channelOf(name), events).then(begin, failed);
    },
    tell: catchUp,
    write(changes) {
      const news = changes.map((change): NewChange => ({ ...change, id: randomUUID() }));
      return turns.take(() =>
        step(news).catch((error) => {
          keep(news);
          throw error;
        }),
      );
    },
    isShared: ledger.isTold,
    isReachable: reach.isReachable,
    replicas: async () => client && replicasAt(client, replicas).catch(() => undefined),
    async stop() {
      reach.end();
      clock.clearTimeout(timer);
      await turns.take(async () => {});
      await client?.run(leave, [replicas], [reach.replica()]).catch(() => {});
      client?.close();
    },
  };
}

/** @throws Error before there is a connection */
function joined(client: FleetClient | undefined): FleetClient {
  if (client === undefined) throw new Error('No connection');
  return client;
}
