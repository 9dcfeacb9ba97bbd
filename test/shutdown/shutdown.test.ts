import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type CheckDefinition, createProbity, custom } from '../../src/index.ts';
import { spawnService } from '../e2e/service.ts';
import { type Program, startProgram } from './program.ts';

const scenario = (name: string): string => join(import.meta.dirname, 'scenarios', `${name}.ts`);

const start = (env: Record<string, string> = {}): Program => startProgram(scenario('two-servers'), env);

async function ask(port: number, path: string, agent?: Agent): Promise<IncomingMessage> {
  const [response] = await once(get({ port, path, host: '127.0.0.1', ...(agent ? { agent } : {}) }), 'response');
  return response as IncomingMessage;
}

async function open(port: number, message: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(message);
  await once(socket, 'data');
  return socket;
}

async function untilNotReady(port: number): Promise<IncomingMessage> {
  for (;;) {
    const response = await ask(port, '/ready');
    response.resume();
    if (response.statusCode === 503) return response;
  }
}

describe('a shutdown', () => {
  it('keeps serving through the drain delay, with readiness 503, liveness 200 and Connection: close', async () => {
    const program = start();
    const port = await program.port('application');
    const other = await program.port('other');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await text(await ask(port, '/anything', agent));
    program.kill('SIGTERM');
    const notReady = await untilNotReady(port);
    expect(notReady.headers.connection).toBe('close');
    const [alive, answer, others] = await Promise.all([ask(port, '/health'), ask(port, '/', agent), ask(other, '/')]);
    expect([alive.statusCode, alive.headers.connection]).toEqual([200, 'close']);
    expect([await text(answer), answer.headers.connection]).toEqual(['answer', 'close']);
    expect([await text(others), others.headers.connection]).toEqual(['other', 'close']);
    alive.resume();
    expect(await program.exited).toBe(0);
    expect(program.lines.slice(-4)).toEqual(['hook third', 'hook second', 'hook first', 'exit with closed servers']);
  });

  it('closes idle connections, finishes a request, ends an event stream, and says goodbye to a WebSocket', async () => {
    const program = start({ DRAIN: '1ms' });
    const port = await program.port('application');
    const idle = await open(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const events = await ask(port, '/events');
    const allEvents = text(events);
    const websocket = await open(
      port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    const goodbye = once(websocket, 'data');
    const slow = ask(port, '/slow');
    await program.said('slow begun');
    const idleClosed = once(idle, 'close');
    program.kill('SIGTERM');
    expect(await allEvents).toBe('data: hello\n\n');
    expect((await goodbye)[0]).toEqual(Buffer.from([0x88, 0x02, 0x03, 0xe9]));
    await idleClosed;
    expect(program.lines).not.toContain('hook third');
    program.kill('SIGUSR2');
    expect(await text(await slow)).toBe('slow answer');
    expect(await program.exited).toBe(0);
  });

  it('ends with 1 at the deadline, and says what was still open', async () => {
    const program = start({ DRAIN: '1ms', DEADLINE: '200ms' });
    const port = await program.port('application');
    get({ port, path: '/never?secret=1', host: '127.0.0.1' }).on('error', () => {});
    await ask(port, '/').then((response) => response.resume());
    program.kill('SIGTERM');
    expect(await program.exited).toBe(1);
    expect(program.lines).toContain(
      'probity: the deadline of the shutdown has passed: open GET /never; closing connections',
    );
  });

  it('ends at once with the second signal', async () => {
    const program = start({ DRAIN: '60s', DEADLINE: '90s' });
    const port = await program.port('application');
    program.kill('SIGTERM');
    await untilNotReady(port);
    program.kill('SIGINT');
    expect(await program.exited).toBe(1);
  });

  it('does not wait for the drain where Ctrl-C comes before anybody asked for a probe', async () => {
    const program = start({ DRAIN: '60s', DEADLINE: '90s' });
    await program.port('application');
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
  });

  it('waits for the drain after Ctrl-C where somebody asks for probes', async () => {
    const program = start({ DRAIN: '60s', DEADLINE: '90s' });
    const port = await program.port('application');
    await ask(port, '/ready').then((response) => response.resume());
    program.kill('SIGINT');
    await untilNotReady(port);
    program.kill('SIGINT');
    expect(await program.exited).toBe(1);
  });

  it('goes on after clean-up that fails, and says so by the exit code', async () => {
    const done: string[] = [];
    const probity = createProbity({ shutdown: { drainDelay: '1ms' } });
    probity.onShutdown(() => done.push('last'));
    probity.onShutdown(() => Promise.reject(new Error('no')));
    expect(await probity.shutdown()).toBe(1);
    expect(done).toEqual(['last']);
  });

  it('goes on after a check that fails to close, and says so by the exit code and in the log', async () => {
    const lines: unknown[] = [];
    const closed: string[] = [];
    const note = (fields: object, message: string): void => void lines.push([message, (fields as { err?: Error }).err]);
    const check = (name: string, close: () => Promise<void>): CheckDefinition => {
      const { checker } = custom(async () => {});
      return { checker: { ...checker, close: () => close().finally(() => closed.push(name)) } };
    };
    const probity = createProbity({
      shutdown: { drainDelay: '1ms' },
      checks: {
        first: check('first', () => Promise.reject(new Error('stuck'))),
        second: check('second', async () => {}),
      },
      log: { debug() {}, info() {}, warn() {}, error: note },
    });
    expect(await probity.shutdown()).toBe(1);
    expect(closed.toSorted()).toEqual(['first', 'second']);
    expect(lines).toEqual([['clean-up failed', expect.objectContaining({ message: 'stuck' })]]);
  });

  it('names a clean-up without a name by how it begins, in one line', async () => {
    const open: unknown[] = [];
    const probity = createProbity({
      shutdown: { drainDelay: '1ms', deadline: '50ms' },
      log: { debug() {}, info() {}, warn() {}, error: (fields) => void open.push(Object(fields).open) },
    });
    probity.onShutdown(
      ((): (() => unknown) => () => {
        return new Promise(() => {});
      })(),
    );
    expect(await probity.shutdown()).toBe(1);
    expect(open).toEqual([[expect.stringMatching(/^the clean-up \(\) => \{\\u\{a\}.{0,80}$/)]]);
  });

  it('refuses a clean-up that is no function', () => {
    expect(() => createProbity().onShutdown('close' as never)).toThrow(
      'Expected a function for `onShutdown`, got `close`',
    );
  });

  it('refuses a deadline within the drain delay', () => {
    expect(() => createProbity({ shutdown: { drainDelay: '10s', deadline: '10s' } })).toThrow(
      'Expected `shutdown.deadline` to be longer than `drainDelay` (10000ms), got `10000ms`',
    );
  });
});

describe('an uncaught error', () => {
  it.each(['error', 'rejection'])('shuts down with 1 when that was asked for: %s', async (KIND) => {
    const program = startProgram(scenario('uncaught'), { ASKED: '1', KIND });
    expect(await program.exited).toBe(1);
    expect(program.lines).toEqual(['handlers 1 0', 'hook']);
  });

  it('is left to Node where it was not asked for', async () => {
    const program = startProgram(scenario('uncaught'), { KIND: 'error' });
    expect(await program.exited).toBe(1);
    expect(program.lines).toContain('handlers 0 0');
    expect(program.lines).not.toContain('hook');
  });

  it('shuts the standalone service down, with 1 and a line in the log', async () => {
    // Whatever is thrown in the process, thrown by its preload here.
    const service = spawnService({
      NODE_OPTIONS: '--import=data:text/javascript,setTimeout(()=>Promise.reject(new%20Error("lost")),1500)',
    });
    await service.logged({ msg: 'uncaught error' });
    expect(await service.exited).toBe(1);
    expect(service.lines.at(-1)).toContain('stopped');
  });
});
