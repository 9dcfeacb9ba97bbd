import { createServer } from 'node:http';
import express, { type Response } from 'express';
import { type Context, OpenAPIBackend } from 'openapi-backend';
import { listen } from './child.ts';
import { checkAll } from './dependencies.ts';

const backend = new OpenAPIBackend({
  definition: {
    openapi: '3.0.3',
    info: { title: 'Probes', version: '1.0.0' },
    paths: {
      '/health': { get: { operationId: 'getHealth', responses: { 200: answers('up') } } },
      '/ready': { get: { operationId: 'getReadiness', responses: { 200: answers('ready') } } },
    },
  },
  handlers: {
    getHealth: () => ({ status: 'up' }),
    async getReadiness() {
      await checkAll();
      return { status: 'ready' };
    },
    postResponseHandler(context: Context, _request: unknown, response: Response) {
      const { valid, errors } = context.api.validateResponse(context.response, context.operation, 200);
      if (valid === false || errors?.length) response.status(500).json(errors);
      else response.json(context.response);
    },
  },
});
await backend.init();

await listen(
  createServer(
    express().use((request, response) => {
      const { method, path, query, headers, body } = request;
      return backend.handleRequest({ method, path, query, headers, body } as never, request, response);
    }),
  ),
);

function answers(status: string): { description: string; content: Record<string, { schema: object }> } {
  const schema = {
    type: 'object',
    properties: { status: { type: 'string', enum: [status] } },
    required: ['status'],
    additionalProperties: false,
  };
  return { description: 'Yes', content: { 'application/json': { schema } } };
}
