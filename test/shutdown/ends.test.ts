import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../environment.ts';
import { freePort } from '../servers/free-port.ts';
import { accepting, program, temporaryFolder } from '../servers/process.ts';
import { type Program, programOf } from './program.ts';

const script = join(import.meta.dirname, 'scenarios/ends.ts');
const command = join(import.meta.dirname, '../../src/cli/main.ts');

/** What is spoken there, and whether an application of somebody's is behind it. */
const kinds = {
  'probity serve': { tls: false, http2: false, isSlow: false },
  plain: { tls: false, http2: false, isSlow: false },
  management: { tls: false, http2: false, isSlow: false },
  isolated: { tls: false, http2: false, isSlow: false },
  express: { tls: false, http2: false, isSlow: true },
  https: { tls: true, http2: false, isSlow: true },
  'http2 without TLS': { tls: false, http2: true, isSlow: true },
  http2: { tls: true, http2: true, isSlow: true },
  'http1 on http2': { tls: true, http2: false, isSlow: true },
  'streams alone': { tls: false, http2: true, isSlow: true },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

const folder = temporaryFolder('ends');
const tlsFiles = { KEY: join(folder.path, 'key.pem'), CERT: join(folder.path, 'cert.pem') };
const fullPipe = join(folder.path, 'full');
let pipe: number;

beforeAll(() => {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const files = ['-keyout', tlsFiles.KEY, '-out', tlsFiles.CERT];
  execFileSync(program('openssl'), ['req', '-x509', '-nodes', '-subj', '/CN=a', '-days', '2', ...curve, ...files], {
    stdio: 'ignore',
  });
  execFileSync('mkfifo', [fullPipe]);
  pipe = openSync(fullPipe, constants.O_RDWR | constants.O_NONBLOCK);
  expect(() => {
    for (;;) writeSync(pipe, Buffer.alloc(4_096));
  }).toThrow('EAGAIN');
});
afterAll(() => {
  closeSync(pipe);
  folder.remove();
});

async function start(kind: string, isFull: boolean): Promise<{ running: Program; port: number }> {
  const isCommand = kind === 'probity serve';
  // The command tells its port on standard output alone.
  const wanted = isCommand ? await freePort() : 0;
  // Each has an opening of its own: what one child sets or resets on it would hold for the others.
  const stdout = isFull ? openSync(fullPipe, constants.O_WRONLY | constants.O_NONBLOCK) : undefined;
  const child = spawn(process.execPath, isCommand ? [command, 'serve'] : [script], {
    env: {
      ...environment,
      KIND: kind,
      PORT: String(wanted),
      DRAIN_DELAY: '100ms',
      EXTERNAL_SERVICE_URL: 'http://127.0.0.1:9',
      ...tlsFiles,
    },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  if (stdout !== undefined) closeSync(stdout);
  const running = programOf(child);
  if (!isCommand) return { running, port: await running.port('port') };
  await accepting(wanted);
  return { running, port: wanted };
}

/** Opens a connection, says this much, and then nothing any more. */
async function say(port: number, { tls }: Pick<Kind, 'tls'>, bytes: string): Promise<Duplex> {
  const socket = tls ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, tls ? 'secureConnect' : 'connect');
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  return socket;
}

const silence = async (port: number, kind: Kind): Promise<unknown> =>
  // Over TLS some have not even shaken hands.
  Promise.all(Array.from({ length: 10 }, (_, index) => say(port, { tls: kind.tls && index % 2 === 0 }, '')));

const halfHead = 'GET /slow HTTP/1.1\r\nHo';
const halfBody =
  'POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a"';

async function halves(port: number, kind: Kind): Promise<unknown> {
  await say(port, kind, kind.http2 ? 'PRI * HTTP/2' : halfHead);
  if (!kind.http2) return say(port, kind, halfBody);
  const stream = http2(port, kind).request({ ':method': 'POST', ':path': '/nowhere' });
  stream.on('error', () => {});
  return new Promise<void>((resolve) => (stream as Writable).write('half', () => resolve()));
}

function http2(port: number, { tls }: Kind): ReturnType<typeof connectHttp2> {
  const session = connectHttp2(`http${tls ? 's' : ''}://127.0.0.1:${port}`, { rejectUnauthorized: false });
  return session.on('error', () => {});
}

/** Asks for what takes a second; resolves with what comes, or why nothing does. */
async function slow(port: number, kind: Kind): Promise<string> {
  if (kind.http2) return text(http2(port, kind).request({ ':path': '/slow' }));
  const asked = kind.tls
    ? getHttps({ port, host: '127.0.0.1', path: '/slow', rejectUnauthorized: false })
    : getHttp({ port, host: '127.0.0.1', path: '/slow' });
  const [response] = await once(asked, 'response');
  return text(response);
}

describe.each(Object.entries(kinds))('SIGTERM at a port that is %s', (name, kind) => {
  const cases = ['ten silent connections', 'two halves of a request', 'a full pipe at stdout'];
  if (kind.isSlow) cases.push('a request of a second under way');
  cases.push('all of it');

  it.concurrent.each(cases)('ends with 0 in time with %s', { timeout: 60_000 }, async (what) => {
    const has = (one: string): boolean => what === one || what === 'all of it';
    const { running, port } = await start(name, has('a full pipe at stdout'));
    if (has('ten silent connections')) await silence(port, kind);
    if (has('two halves of a request')) await halves(port, kind);
    const answer = kind.isSlow && has('a request of a second under way') ? slow(port, kind) : undefined;
    if (answer !== undefined) await running.said('slow begun');
    const began = performance.now();
    running.kill('SIGTERM');
    if (answer !== undefined) expect(await answer).toBe('slow answer');
    expect(await running.exited).toBe(0);
    // The drain delay and two seconds, on a machine that may have much to do; its deadline would be at ten, with 1.
    expect(performance.now() - began).toBeLessThan(100 + 2_000 + 4_000);
    if (name !== 'probity serve') expect(running.lines).toContain('hook');
  });
});
