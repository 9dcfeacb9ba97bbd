import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../servers/process.ts';
import { type Ended, runCommand } from './command.ts';

const root = join(import.meta.dirname, '../..');
const temporary = temporaryFolder('diff');
afterAll(() => temporary.remove());
const at = (name: string): string => join(temporary.path, name);
const diff = (...args: string[]): Promise<Ended> =>
  runCommand(['contract', 'diff', ...args], {}, { cwd: temporary.path });

const document = `openapi: 3.1.0
info: { title: Shop, version: 1.0.0 }
paths:
  /ready:
    get:
      x-probe: readiness
      responses: { 200: { description: Ready }, 503: { description: Not ready } }
  /orders:
    get:
      responses:
        200: { description: All, content: { application/json: { schema: { $ref: orders.yaml } } } }
`;

beforeAll(() => {
  mkdirSync(temporary.path, { recursive: true });
  writeFileSync(at('orders.yaml'), 'type: array\nitems: { type: string }\n');
  writeFileSync(at('numbers.yaml'), 'type: array\nitems:\n  type: integer\n');
  writeFileSync(at('old.yaml'), document);
  writeFileSync(at('new.yaml'), document.replace('orders.yaml', 'numbers.yaml').replace(/ {2}\/ready:\n(.*\n){3}/, ''));
  writeFileSync(at('nowhere.yaml'), document.replace('orders.yaml', "'#/components/schemas/None'"));
});

describe('probity contract diff', { timeout: 60_000 }, () => {
  it('says what breaks, for whom and where, with exit code 1', async () => {
    expect(await diff('old.yaml', 'new.yaml')).toEqual({
      code: 1,
      stderr: '',
      stdout:
        'old.yaml:6:7: GET /ready: is no longer declared: who asks for it gets a 404 (probers and clients)\n' +
        'numbers.yaml:3:3: GET /orders: 200 application/json: `[]` may be integer: a client reads what it does not expect (clients)\n',
    });
    const { code, stdout } = await diff('old.yaml', 'new.yaml', '--json');
    expect([code, JSON.parse(stdout)[0]]).toEqual([
      1,
      {
        operation: 'GET /ready',
        place: 'old.yaml:6:7',
        what: 'is no longer declared',
        why: 'who asks for it gets a 404',
        whom: 'probers and clients',
      },
    ]);
  });

  it('says nothing where nothing breaks, with exit code 0', async () => {
    expect(await diff('new.yaml', 'old.yaml')).toMatchObject({ code: 1 });
    expect(await diff('old.yaml', 'old.yaml')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await diff('old.yaml', 'old.yaml', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    const builtin = join(root, 'openapi/probity.yaml');
    expect(await diff(builtin, builtin)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each([
    [['old.yaml', 'none.yaml'], 'none.yaml: no such file [PROBITY_CONTRACT]'],
    [['orders.yaml', 'old.yaml'], 'orders.yaml:1:1: missing key `openapi`; add openapi: 3.1.0 [PROBITY_CONTRACT]'],
    [
      ['old.yaml', 'nowhere.yaml'],
      'nowhere.yaml:11:73: expected `#/components/schemas/None` to be in the document, found nothing there [PROBITY_CONTRACT]',
    ],
    [['old.yaml', 'old.yaml', '--samples'], "unknown option '--samples' [PROBITY_USAGE]"],
    [['old.yaml'], "missing required argument 'new' [PROBITY_USAGE]"],
  ])('refuses %j with exit code 2', async (args, message) => {
    expect(await diff(...args)).toEqual({ code: 2, stdout: '', stderr: `probity: ${message}\n` });
  });

  it('has a help with examples', async () => {
    const { code, stdout } = await diff('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nExamples:\n(.*\n)*.*probity/);
  });
});
