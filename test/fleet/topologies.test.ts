import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/faults/simulation.ts';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { silent } from '../../src/log.ts';
import { freePort } from '../servers/free-port.ts';
import { program, serverProcess, temporaryFolder } from '../servers/process.ts';
import { startRedis } from '../servers/redis.ts';

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
    const redis = await startRedis({
      settings: {
        'cluster-enabled': 'yes',
        // A node alone does not know its own address.
        'cluster-announce-ip': '127.0.0.1',
        // Its usual place, 10,000 above the other port, is where the kernel takes ports for outgoing connections.
        'cluster-port': String(await freePort()),
      },
    });
    await redis.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!(await redis.command('CLUSTER', 'INFO')).includes('cluster_state:ok'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await expectShared(redis.url.replace('redis:', 'redis+cluster:'));
    await redis.dispose();
  });

  it('is kept where the sentinels say', async () => {
    const redis = await startRedis();
    const folder = temporaryFolder('sentinel');
    const port = await freePort();
    const file = join(folder.path, 'sentinel.conf');
    const lines = [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir "${folder.path}"`,
      `sentinel monitor main 127.0.0.1 ${redis.port} 1`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const sentinel = serverProcess({
      path: program('redis-server'),
      args: [file, '--sentinel'],
      port,
      ready: /\+monitor master main/,
      stopSignal: 'SIGTERM',
    });
    await sentinel.start();
    await expectShared(`redis+sentinel://127.0.0.1:${port}/main`);
    await sentinel.stop();
    folder.remove();
    await redis.dispose();
  });
});
