import type { AddressInfo } from 'node:net';
import underPressure from '@fastify/under-pressure';
import fastify from 'fastify';
import { report } from './child.ts';
import { checkAll } from './dependencies.ts';

const application = fastify();
await application.register(underPressure, {
  exposeStatusRoute: '/ready',
  healthCheck: async () => {
    await checkAll();
    return true;
  },
});
application.get('/health', async () => ({ status: 'up' }));
await application.listen({ port: 0, host: '127.0.0.1' });
report((application.server.address() as AddressInfo).port);
