/** Hono on Node: its listener takes what Probity leaves. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createProbity } from 'probity';

const { PORT = '8080', DRAIN_DELAY = '5s' } = process.env;
const probity = createProbity({
  checks: { disk: async () => {} },
  shutdown: { drainDelay: DRAIN_DELAY as '5s' },
});

const app = new Hono();
app.get('/', (context) => context.json({ Hello: 'World' }));

const hono = getRequestListener(app.fetch);
const server = createServer((request, response) => probity.handler(request, response, () => hono(request, response)));
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening ${JSON.stringify(server.address())}`));
probity.manage(server);
