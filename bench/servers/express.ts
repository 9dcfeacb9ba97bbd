import { createServer } from 'node:http';
import express from 'express';
import { listen } from './child.ts';
import { checkAll } from './dependencies.ts';

const application = express()
  .get('/health', (_request, response) => {
    response.json({ status: 'up' });
  })
  .get('/ready', async (_request, response) => {
    await checkAll();
    response.json({ status: 'ready' });
  });

await listen(createServer(application));
