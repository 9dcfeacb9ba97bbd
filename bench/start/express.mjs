import express from 'express';

express()
  .get('/health', (_request, response) => response.json({ status: 'up' }))
  .listen(process.env.PORT, process.env.HOST);
