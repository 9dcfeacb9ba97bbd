import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { createProbity } from '../../src/service/probity.ts';

/** Every status that the server comes to by itself. */
const statuses = [400, 401, 403, 404, 405, 408, 413, 415, 429, 431, 500];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probity-errors-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A document that declares these errors of its own. */
async function contractWith(errors: object | undefined, merge = false): Promise<Contract> {
  const file = join(folder, 'document.json');
  const document = {
    openapi: '3.1.0',
    info: { title: 'Mine', version: '1' },
    paths: {
      '/alive': {
        get: {
          operationId: 'alive',
          'x-probe': 'liveness',
          responses: { 204: { description: 'Yes' }, 503: { description: 'No' } },
        },
      },
    },
    ...(errors === undefined ? {} : { 'x-errors': errors }),
  };
  writeFileSync(file, JSON.stringify(document));
  return loadContract({ file, merge, simulation: false, checks: [] });
}

const text = { description: 'Mine', content: { 'text/plain': { schema: { type: 'string' } } } };
const anything = { description: 'Mine', content: { 'application/json': {} } };

describe('the errors that a document leaves out', () => {
  it.each([
    ['all of them', undefined, false],
    ['all of them, beside the built-in operations', undefined, true],
    ['all but one', { 404: anything }, false],
    ['all but one, beside the built-in operations', { 404: anything }, true],
    ['none', Object.fromEntries(statuses.map((status) => [status, anything])), false],
  ])('are the built-in ones: %s', async (_, errors, merge) => {
    const contract = await contractWith(errors, merge);
    expect([...contract.errors.responses.keys()].sort()).toEqual(statuses);
    const own = Object.keys(errors ?? {}).map(Number);
    for (const [status, { content }] of contract.errors.responses)
      expect(content[0]?.key).toBe(own.includes(Number(status)) ? 'application/json' : 'application/problem+json');
  });

  it('are served where the others are', async () => {
    const probity = createProbity({ contract: await contractWith({ 404: anything }) });
    const { port } = await probity.listen(0, '127.0.0.1');
    const ask = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { 'X-Long': method === 'PUT' ? 'x'.repeat(9_000) : '' },
      });
    expect((await ask('/nope')).headers.get('content-type')).toBe('application/json');
    const refused = [await ask('/alive', 'POST'), await ask('/%zz'), await ask('/alive', 'PUT')];
    expect(refused.map(({ status }) => status)).toEqual([405, 400, 431]);
    for (const response of refused)
      expect(await response.json()).toMatchObject({ type: 'about:blank', status: response.status });
    await probity.stop();
  });

  it.each(statuses)('%i of its own is held to what will be answered, before the port opens', async (status) => {
    const schema = { type: 'object', required: ['mine'] };
    const contract = await contractWith({
      [status]: { description: 'Mine', content: { 'application/json': { schema } } },
    });
    expect(() => createProbity({ contract })).toThrow(
      new RegExp(`^x-errors ${status}: body must have required property 'mine'`),
    );
  });

  it('cannot be text, as what is answered is a problem', async () => {
    const contract = await contractWith({ 404: text });
    expect(() => createProbity({ contract })).toThrow(/^x-errors 404: body must be string/);
  });
});
