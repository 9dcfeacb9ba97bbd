/** Hono on Node: its listener takes what Probity leaves. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createProbity, duration } from 'probity';

const { PORT = '8080', DRAIN_DELAY } = process.env;
const probity = createProbity({
  checks: { disk: async () => {} },
  shutdown: { drainDelay: duration(DRAIN_DELAY, 'DRAIN_DELAY') },
});

const app = new Hono();
app.get('/', (context) => context.json({ Hello: 'World' }));

const hono = getRequestListener(app.fetch);
const server = createServer((request, response) => probity.handler(request, response, () => hono(request, response)));
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening ${JSON.stringify(server.address())}`));
probity.manage(server);
