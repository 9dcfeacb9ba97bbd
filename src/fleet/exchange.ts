import { atMostEvery } from '../base/at-most-every.ts';
import { systemClock } from '../base/clock.ts';
import type { FleetClient } from './client.ts';
import type { Ledger, NewChange } from './ledger.ts';
import type { FleetSetup } from './options.ts';
import { channelOf, exchange, type Heard, keysOf } from './script.ts';

/** Tells the others what this replica knows and how it is, and takes what they know. */
type Exchange = (client: FleetClient, replica: string, news: readonly NewChange[]) => Promise<void>;

export function createExchange(options: FleetSetup, ledger: Ledger): Exchange {
  const { name, apply, isReady, log, clock = systemClock } = options;
  const startedAt = clock.now();
  const tellRemoved = atMostEvery(60_000, clock, (replica: string, removed: number) =>
    log.warn({ replica, removed }, 'what no replica writes was removed from the fleet, for what the replicas know'),
  );
  return async (client, replica, news) => {
    const sent = JSON.stringify(ledger.toSend(news, clock.now()));
    const self = JSON.stringify({ ready: isReady(), ageMs: Math.round(clock.now() - startedAt) });
    const answer = await client.run(exchange, keysOf(name), [sent, channelOf(name), replica, self]);
    const [found, removed] = answer as Heard;
    const now = clock.now();
    for (const [check, seq, leftMs, text] of found) {
      const change = ledger.take(check, { seq: Number(seq), text }, Number(leftMs), now);
      if (change !== undefined) apply(change);
    }
    if (removed > 0) tellRemoved(replica, removed);
  };
}
