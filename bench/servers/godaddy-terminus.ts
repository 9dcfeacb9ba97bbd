import { createServer } from 'node:http';
import { createTerminus } from '@godaddy/terminus';
import { listen } from './child.ts';
import { checkAll } from './dependencies.ts';

const server = createServer((_request, response) => response.end());
await listen(createTerminus(server, { healthChecks: { '/health': async () => undefined, '/ready': checkAll } }));
