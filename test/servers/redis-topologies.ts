import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { program, serverProcess, temporaryFolder } from './process.ts';
import { type RedisServer, startRedis } from './redis.ts';

/** A cluster of one node, which holds every slot. Its URL is one of a cluster. */
export async function startRedisCluster(): Promise<RedisServer> {
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
  await clusterState(redis, 'ok');
  return { ...redis, url: redis.url.replace('redis:', 'redis+cluster:') };
}

/** Waits until the cluster is in this state. */
export async function clusterState(redis: RedisServer, state: 'ok' | 'fail'): Promise<void> {
  while (!(await redis.command('CLUSTER', 'INFO')).includes(`cluster_state:${state}`))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A sentinel that watches this Redis as `main`. */
export async function startSentinel(redis: RedisServer): Promise<{ url: string; dispose(): Promise<void> }> {
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
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    async dispose() {
      await sentinel.kill();
      folder.remove();
    },
  };
}
