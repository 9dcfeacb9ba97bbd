import { describe, expect, it } from 'vitest';
import { silent } from '../../src/base/log.ts';
import type { Change } from '../../src/faults/control.ts';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { startRedis } from '../servers/redis.ts';
import { startRedisCluster, startSentinel } from '../servers/redis-topologies.ts';

/** A member of a fleet, and the changes that were made on it. */
function member(redis: string, port: number): { fleet: Fleet; changes: Change[]; changed: Promise<void> } {
  const changes: Change[] = [];
  const { promise: changed, resolve } = Promise.withResolvers<void>();
  const apply = (change: Change): void => {
    changes.push(change);
    resolve();
  };
  const fleet = createFleet({ redis, name: 'shop', apply, isChange: () => true, isReady: () => true, log: silent });
  fleet.join(port);
  return { fleet, changes, changed };
}

async function untilReachable({ fleet }: { fleet: Fleet }): Promise<void> {
  while (!fleet.isReachable()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** What is written through one member comes to the other one, and both are listed. */
async function expectShared(url: string): Promise<void> {
  const [one, other] = [member(url, 1), member(url, 2)];
  await Promise.all([one, other].map(untilReachable));
  expect(await one.fleet.write([{ check: 'database', fault: { kind: 'outage' }, by: 'ann' }])).toBe(true);
  await other.changed;
  expect(other.changes).toMatchObject([{ check: 'database', fault: { kind: 'outage' }, by: 'ann' }]);
  expect(await other.fleet.replicas()).toHaveLength(2);
  await one.fleet.stop();
  expect(await other.fleet.replicas()).toHaveLength(1);
  await other.fleet.stop();
}

describe('a fleet', () => {
  it('is kept in a Redis Cluster', async () => {
    const redis = await startRedisCluster();
    await expectShared(redis.url);
    await redis.dispose();
  });

  it('is kept where the sentinels say', async () => {
    const redis = await startRedis();
    const sentinel = await startSentinel(redis);
    await expectShared(sentinel.url);
    await sentinel.dispose();
    await redis.dispose();
  });
});
