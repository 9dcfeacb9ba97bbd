/** Fastify hands each request to Probity before its own routing; what is not Probity's goes on. */
import fastify from 'fastify';
import { createProbity, duration } from 'probity';

const { PORT = '8080', DRAIN_DELAY } = process.env;
const probity = createProbity({
  checks: { disk: async () => {} },
  shutdown: { drainDelay: duration(DRAIN_DELAY, 'DRAIN_DELAY') },
});

const app = fastify();
app.addHook('onRequest', (request, reply, done) => probity.handler(request.raw, reply.raw, done));
app.get('/', async () => ({ Hello: 'World' }));

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
console.log(`listening ${JSON.stringify(app.server.address())}`);
probity.manage(app.server);
probity.onShutdown(() => app.close());
