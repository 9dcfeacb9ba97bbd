import { createServer } from 'node:http';
import { listen } from './child.ts';

await listen(createServer((_request, response) => response.end(JSON.stringify({ status: 'up' }))));
