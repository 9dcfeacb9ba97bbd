import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isGuarded, type Protected } from '../../src/contract/access.ts';
import type { Contract } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { secured } from '../../src/contract/security.ts';
import { builtin, changedContract, type MutableDocument, type OperationId } from '../support.ts';

const folder = mkdtempSync(join(tmpdir(), 'probity-security-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tokens = [{ name: 'ann', token: 'correct-horse-battery' }];

function load(content: object, merge: boolean): Promise<Contract> {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify({ openapi: '3.1.1', info: { title: 'Own', version: '1' }, ...content }));
  return loadContract({ file, merge, simulation: true, checks: ['database'] });
}

const simulate = {
  post: {
    operationId: 'breakIt',
    'x-simulate': { check: 'database', fault: 'outage' },
    responses: { '204': { description: 'Done.' } },
  },
};

const probe = { get: { 'x-probe': 'liveness', responses: { '204': {}, '503': {} } } };

/** What each operation says of security, by its id, in the words of the document's schemes. */
function securityOf({ document, operations }: Contract): Record<string, string[][]> {
  const { components, paths, security = [] } = document as MutableDocument;
  return Object.fromEntries(
    operations.map(({ id, key, method }) => {
      const needed: object[] = paths[key][method].security ?? security;
      for (const name of needed.flatMap(Object.keys))
        expect(components.securitySchemes, id).toHaveProperty([name, 'type']);
      return [id, needed.map(Object.keys)];
    }),
  );
}

describe('the document of a service with tokens', () => {
  it.each([[[]], [['checks']], [['metrics', 'docs']]] as Protected[][][])(
    'says of what is guarded, with %j protected, that one is needed, and of nothing else',
    (protect) => {
      const said = securityOf(secured(builtin, { tokens, protect }));
      for (const operation of builtin.operations) {
        const needsOne = JSON.stringify(said[operation.id]) === '[["bearer"]]';
        expect([operation.id, needsOne]).toEqual([operation.id, isGuarded(operation, protect)]);
      }
    },
  );

  it('is the contract as it is while there are none', () => {
    expect(secured(builtin, {})).toBe(builtin);
    expect(secured(builtin, { tokens: [] })).toBe(builtin);
  });

  it('says it of a document of one’s own that simulates', async () => {
    const own = secured(await load({ paths: { '/alive': probe, '/break': simulate } }, false), { tokens });
    const [[name = '']] = securityOf(own).breakIt as [[string]];
    expect((own.document as MutableDocument).components.securitySchemes[name]).toMatchObject({ scheme: 'bearer' });
  });

  it.each([
    [undefined, 'bearer'],
    [{ bearer: { type: 'apiKey', in: 'header', name: 'X' } }, 'probityBearer'],
  ])('adds the scheme to a document with %j', (schemes, name) => {
    const without = changedContract(({ components }) => {
      components.securitySchemes = schemes;
    });
    const { document } = secured(without, { tokens });
    const { paths, components } = document as MutableDocument;
    expect(paths['/faults'].delete.security).toEqual([{ [name]: [] }]);
    expect(components.securitySchemes[name]).toEqual({ type: 'http', scheme: 'bearer' });
  });

  it('keeps the schemes of a document apart from those that are merged in', async () => {
    const components = { securitySchemes: { bearer: { type: 'http', scheme: 'basic' } } };
    const get = { operationId: 'secrets', responses: { '200': { description: 'Secrets.' } } };
    const content = { components, security: [{ bearer: [] }], paths: { '/secrets': { get }, '/break': simulate } };
    const said = securityOf(secured(await load(content, true), { tokens }));
    expect(said).toMatchObject({
      secrets: [['bearer']],
      breakIt: [['Probitybearer']],
      listChecks: [['Probitybearer']],
      // What is open says so, whatever the document's own default is.
      getHealth: [],
      getMetrics: [[], ['Probitybearer']],
    } satisfies Partial<Record<OperationId | 'secrets' | 'breakIt', string[][]>>);
  });
});
