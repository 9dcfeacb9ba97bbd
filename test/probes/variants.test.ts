import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/custom/load.ts';
import { createProbity } from '../../src/service/probity.ts';
import { temporaryFolder } from '../servers/process.ts';

const temporary = temporaryFolder('accept');
afterAll(() => temporary.remove());

const json = '{ schema: { type: object, additionalProperties: false, properties: { status: { const: fine } } } }';
const document = `openapi: 3.1.0
info: { title: Types, version: '1' }
paths:
  /alive:
    get:
      x-probe: liveness
      responses:
        2XX: { description: Yes, content: { text/html: {}, application/json: ${json}, text/plain: {} } }
        default: { description: No }
`;

async function contract() {
  const file = join(temporary.path, 'openapi.yaml');
  writeFileSync(file, document);
  return loadContract({ file, merge: false, simulation: false, checks: [] });
}

const types: readonly (readonly [accept: string | undefined, type: string, body: string])[] = [
  [undefined, 'application/json', '{"status":"fine"}'],
  ['text/plain', 'text/plain; charset=utf-8', 'liveness check passed\n'],
  ['application/json', 'application/json', '{"status":"fine"}'],
  ['text/html', 'application/json', '{"status":"fine"}'],
  ['text/html, text/*;q=0.9, */*;q=0.1', 'text/plain; charset=utf-8', 'liveness check passed\n'],
];

describe.each([
  ['the main thread', {}],
  ['a thread of its own', { isolate: true }],
])('a probe with several media types, on %s', (_, options) => {
  it('answers in the one that the request likes, and says that it depends on that', async () => {
    const probity = createProbity({ contract: await contract() });
    const { port } = await probity.listen(0, { host: '127.0.0.1', ...options });
    for (const [accept, type, body] of types) {
      const answer = await fetch(`http://127.0.0.1:${port}/alive`, { headers: accept === undefined ? {} : { accept } });
      expect([
        answer.status,
        answer.headers.get('content-type'),
        answer.headers.get('vary'),
        await answer.text(),
      ]).toEqual([200, type, 'Accept', body]);
    }
    await probity.stop();
  });

  it('does so for the same bytes again on one connection', async () => {
    const probity = createProbity({ contract: await contract() });
    const { port } = await probity.listen(0, { host: '127.0.0.1', ...options });
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    const asked = ['text/plain', 'text/plain', 'text/plain', 'application/json', 'application/json', 'text/plain'];
    for (const accept of asked) {
      socket.write(`GET /alive HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\n\r\n`);
      expect(String(await once(socket, 'data'))).toContain(`Content-Type: ${accept}`);
    }
    socket.destroy();
    await probity.stop();
  });
});
