import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { loadContract } from '../../src/contract/custom/load.ts';
import { createProbity } from '../../src/service/probity.ts';

it('an application with a document of its own keeps the operations that have no extension', async () => {
  const file = 'test/contract/documents/secured.yaml';
  const contract = await loadContract({ file, merge: false, simulation: false, checks: ['database'] });
  const probity = createProbity({ contract, checks: { database: async () => {} } });
  const application = express()
    .use(probity.handler)
    .get('/secrets', (_, response) => void response.send('mine'));
  const server = createServer(application).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect([204, 503]).toContain((await fetch(`${url}/readyz`)).status);
  expect(await (await fetch(`${url}/secrets`)).text()).toBe('mine');
  server.close();
  server.closeAllConnections();
  await probity.stop();
});
