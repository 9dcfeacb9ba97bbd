import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { discreet } from '../../src/base/log.ts';
import { redis } from '../../src/checks/redis/redis.ts';
import { createProbity } from '../../src/service/probity.ts';
import { startRedis } from '../servers/redis.ts';
import { type LogLine, recordingLog } from '../support.ts';

const secret = 'hunter2';

/** Everything that is in the lines, in whatever depth and however hidden. */
const all = (lines: readonly LogLine[]): string => inspect(lines, { depth: null, showHidden: true });

function shown(err: unknown): Record<string, unknown> {
  const { log, lines } = recordingLog();
  discreet(log).debug({ err }, 'failed');
  return lines[0]?.fields ?? {};
}

describe('the log of somebody who embeds Probity', () => {
  /** What a check of this Redis is said to have failed of. */
  async function failureOf(url: string): Promise<readonly LogLine[]> {
    const { log, lines } = recordingLog();
    const failed = Promise.withResolvers<void>();
    const debug: typeof log.debug = (fields, message) => {
      log.debug(fields, message);
      if (message === 'run failed') failed.resolve();
    };
    const probity = createProbity({ checks: { cache: redis(url) }, log: { ...log, debug } });
    probity.start();
    await failed.promise;
    await probity.stop();
    return lines;
  }

  it('shows no password that Redis has refused', async () => {
    const server = await startRedis({ settings: { requirepass: 'another' } });
    const lines = await failureOf(server.url.replace('//', `//:${secret}@`));
    expect(lines.find(({ message }) => message === 'run failed')?.fields).toMatchObject({
      err: { name: 'ReplyError', message: expect.stringContaining('WRONGPASS') },
    });
    expect(all(lines)).not.toContain(secret);
    await server.dispose();
  });

  it('shows none that a Redis without AUTH repeats', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.on('data', () => socket.write(`-ERR unknown command 'AUTH', with args beginning with: '${secret}'\r\n`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const lines = await failureOf(`redis://:${secret}@127.0.0.1:${port}`);
    expect(all(lines)).toContain('with args beginning with: ***');
    expect(all(lines)).not.toContain(secret);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

describe('an error in a discreet log', () => {
  it('keeps its name, message, code, causes and frames, and nothing else', () => {
    const cause = Object.assign(new RangeError('refused'), { code: 'ECONNREFUSED', command: { args: [secret] } });
    const gathered = new AggregateError([cause], 'all failed', { cause });
    const error = Object.assign(gathered, { command: { name: 'auth', args: [secret] }, previousErrors: [cause] });
    const { err } = shown(error) as { err: AggregateError };
    expect(err).toBeInstanceOf(AggregateError);
    expect(err).toMatchObject({ message: 'all failed', cause: { name: 'RangeError', code: 'ECONNREFUSED' } });
    expect(err.errors).toMatchObject([{ message: 'refused' }]);
    expect(err.stack).toMatch(/^AggregateError: all failed\n\s+at .*log\.test\.ts/);
    expect(inspect(err, { depth: null, showHidden: true })).not.toMatch(/hunter2|command|previousErrors/);
  });

  it.each([
    [`connect to postgres://app:${secret}@db/app failed`],
    [`connect to postgres://app:hun ter2 ${secret}@db/app failed`],
    [`GET https://api.example/?a=1&api_key=${secret}&b=2`],
    [`sent Authorization: Bearer ${secret}`],
    [`sent Authorization: Basic ${secret}=`],
  ])('hides the secret in %j', (message) => {
    const error = new Error(message);
    error.stack = `Error: ${message}\n    at somewhere (file.js:1:1)`;
    const { log, lines } = recordingLog();
    discreet(log).error({ err: new Error('outer', { cause: error }), error: message, other: error }, 'failed');
    expect(all(lines)).not.toContain(secret);
    expect(all(lines)).toContain('at somewhere (file.js:1:1)');
  });

  it('may be anything', () => {
    const circle = new Error('a circle');
    circle.cause = circle;
    const unreadable = Object.defineProperty({}, 'message', { get: () => expect.unreachable(), enumerable: true });
    expect(shown(circle)).toMatchObject({ err: { message: 'a circle', cause: { message: 'a circle' } } });
    expect(shown(unreadable)).toEqual({ loggable: false });
    expect(shown(`thrown with redis://:${secret}@h`)).toEqual({ err: 'thrown with redis://***@h' });
    expect(shown({ command: { args: [secret] } })).toMatchObject({ err: { message: '' } });
    expect(all([{ level: 'debug', fields: shown({ command: [secret] }), message: '' }])).not.toContain(secret);
    for (const value of [null, undefined, 5, 5n, Symbol('s')]) expect(shown(value)).toEqual({ err: value });
  });

  it('is the same when it comes through twice', () => {
    const { log } = recordingLog();
    const once = discreet(log);
    expect(discreet(once)).toBe(once);
  });
});
