// A program whose work is done: what its checks have opened must not keep it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProbity, http, postgres, rabbitmq, redis } from '../../../src/index.ts';

const { POSTGRES, REDIS, RABBITMQ, HTTP } = process.env as Record<string, string>;
const probity = createProbity({
  checks: {
    postgres: postgres(POSTGRES as string),
    redis: redis(REDIS as string),
    rabbitmq: rabbitmq(RABBITMQ as string),
    http: http(HTTP as string),
  },
});
const server = createServer(probity.handler).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
while ((await fetch(`http://127.0.0.1:${port}/ready`)).status !== 200);
server.close();
server.closeAllConnections();
console.log('ready');
