import { createServer } from 'node:http';

createServer((_request, response) => response.end(JSON.stringify({ status: 'up' }))).listen(
  process.env.PORT,
  process.env.HOST,
);
