/** An Express service with routes of its own: three lines for the probes, and a shutdown that loses no request. */
import express from 'express';
import pg from 'pg';
import { createProbity, duration, postgres } from 'probity';

const { DATABASE_URL = 'postgres://postgres@127.0.0.1:5432/postgres', PORT = '8080', DRAIN_DELAY } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL });
pool.on('error', (error) => console.error(`An idle client failed: ${error.message}`));

const probity = createProbity({
  checks: { database: postgres(pool) },
  shutdown: { drainDelay: duration(DRAIN_DELAY, 'DRAIN_DELAY') },
});

const app = express();
app.use(probity.handler);
app.get('/', (_request, response) => void response.json({ Hello: 'World' }));
app.get('/status', (_request, response) => void response.json({ status: 'ok' }));

const server = app.listen(Number(PORT), () => console.log(`listening ${JSON.stringify(server.address())}`));
probity.manage(server);
probity.onShutdown(() => pool.end());
