import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/advisor/read.ts';
import type { ErrorCode } from '../../src/base/errors.ts';
import { MissingDriver } from '../../src/checks/kit/driver.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { conforming } from '../../src/contract/answer.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { createProbity, http, type ProbityOptions, postgres } from '../../src/index.ts';
import { runCommand } from '../e2e/command.ts';
import { freePort } from '../servers/free-port.ts';
import { builtin, operationOf } from '../support.ts';
import { codeIn, tableOf } from './pages.ts';

const url = 'http://127.0.0.1:1';
const refused = join(import.meta.dirname, '../contract/documents/refused/dangling-ref.json');

/** Listens with these options, and ends. */
async function listenWith(options: ProbityOptions, host: string): Promise<void> {
  const probity = createProbity(options);
  await probity.listen(0, host).finally(() => probity.stop());
}

async function listenStopped(): Promise<void> {
  const probity = createProbity();
  await probity.stop();
  await probity.listen(0, '127.0.0.1');
}

/** Makes an error of the line that a command ends with. */
async function complaintOf(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const { stderr } = await runCommand(args, env);
  const [, message, code] = /^probity: (.*) \[(\w+)\]\n$/.exec(stderr) ?? [];
  throw Object.assign(new Error(message ?? stderr), { code });
}

async function serveTwice(): Promise<void> {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await complaintOf(['serve'], { PORT: String(port), EXTERNAL_SERVICE_URL: url }).finally(() => other.close());
}

async function stopWhatNeverCloses(): Promise<void> {
  const checker = { async check() {}, close: () => new Promise<void>(() => {}), explain: () => 'unavailable' as const };
  await createProbity({ checks: { held: { checker, timeout: '50ms' } } }).stop();
}

/** A way to meet each: the compiler asks for one when a code comes in. */
const ways: Readonly<Record<ErrorCode, () => unknown>> = {
  PROBITY_OPTION: () => createProbity({ maxEventLoopDelay: '0s' }),
  PROBITY_UNKNOWN_OPTION: () => createProbity({ cheks: {} } as never),
  PROBITY_NAME: () => createProbity({ heartbeats: { 'every hour': '1h' } }),
  PROBITY_URL: () => postgres('mysql://host'),
  PROBITY_TLS: () => http('https://host', { tls: { ca: '/nowhere/ca.pem' } }),
  PROBITY_TOKEN: () => createProbity({ access: { tokens: [{ name: 'ann', token: 'short' }] } }),
  PROBITY_ACCESS: () => listenWith({ simulation: true }, '0.0.0.0'),
  PROBITY_CONFIG: () => loadSettings({ env: { PORT: 'none' }, folder: import.meta.dirname }),
  PROBITY_CONTRACT: () => loadContract({ file: refused, merge: false, simulation: false, checks: [] }),
  PROBITY_ANSWER: () => conforming(builtin, operationOf(builtin, 'getHealth'), { status: 201 }),
  PROBITY_DRIVER: () => Promise.reject(new MissingDriver('pg')),
  PROBITY_SERVER: () => createProbity().manage({} as never),
  PROBITY_STOPPED: listenStopped,
  PROBITY_CLOSE: stopWhatNeverCloses,
  PROBITY_ADDRESS: serveTwice,
  PROBITY_USAGE: () => complaintOf(['serve', '--confg', 'probity.yaml']),
  PROBITY_MANIFEST: () => readDocuments('a: [', 'broken.yaml'),
  PROBITY_SERVICE: async () => complaintOf(['status', `http://127.0.0.1:${await freePort()}`]),
  PROBITY_NOT_READY: async () => complaintOf(['wait', `http://127.0.0.1:${await freePort()}`, '--timeout', '300ms']),
};

const rows = tableOf('docs/errors.md', 'code');

describe('the page of errors', () => {
  it('has every code, with what it means and what to do', () => {
    expect(rows.map(([code = '']) => codeIn(code)[0])).toEqual(Object.keys(ways));
    for (const [, means, remedy] of rows)
      expect([means, remedy]).toEqual([expect.stringMatching(/\S.{10}/), expect.stringMatching(/\S.{10}/)]);
  });

  it.each(Object.entries(ways))('has %s, as it is met', async (code, meet) => {
    const error = await Promise.resolve()
      .then(meet)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, message: expect.stringMatching(/^\S.*$/) });
  });
});
