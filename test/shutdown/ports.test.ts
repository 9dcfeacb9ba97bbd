import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProbity, type ListenOptions } from '../../src/index.ts';
import { freePort } from '../servers/free-port.ts';

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

const host = '127.0.0.1';
const ways: Record<string, ListenOptions> = { here: { host }, isolated: { host, isolate: true } };

describe.each(Object.entries(ways))('a port that is %s', (_, options) => {
  it.each([0, 1, 2, 5, 20, 50, 100])('is not open after stop() %i ms into listen()', async (ms) => {
    const [port, other] = [await freePort(), await freePort()];
    const probity = createProbity({ management: { port: other } });
    const listening = probity.listen(port, options).then(
      () => 'listens',
      (error: Error) => error.message,
    );
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    await probity.stop();
    expect(['listens', 'The service has been stopped']).toContain(await listening);
    expect([await isOpen(port), await isOpen(other)]).toEqual([false, false]);
    await expect(probity.listen(port, options)).rejects.toThrow('The service has been stopped');
  });

  it('is not open after stop() while its host is looked up', async () => {
    const port = await freePort();
    const probity = createProbity();
    const listening = probity.listen(port, { ...options, host: 'localhost' });
    await Promise.all([expect(listening).rejects.toThrow('The service has been stopped'), probity.stop()]);
    expect(await isOpen(port)).toBe(false);
  });

  it('takes no management port when it cannot be had, and does when it can', async () => {
    const taken = createTcpServer().listen(0, host);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const other = await freePort();
    const probity = createProbity({ management: { port: other } });
    await expect(probity.listen(port, options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect([await isOpen(other), probity.management()]).toEqual([false, undefined]);
    await new Promise((resolve) => taken.close(resolve));
    await probity.listen(port, options);
    expect([await isOpen(port), await isOpen(other)]).toEqual([true, true]);
    await probity.stop();
    expect([await isOpen(port), await isOpen(other)]).toEqual([false, false]);
  });
});

describe('the thread of an isolated port', () => {
  /** Every worker that is started from now on. */
  function workers(): Worker[] {
    const started: Worker[] = [];
    const note = (worker: Worker): void => void started.push(worker);
    process.on('worker', note);
    onTestFinished(() => void process.off('worker', note));
    return started;
  }

  it.each([0, 10, 60, 150, 400])('lets stop() end %i ms after it has died', async (ms) => {
    const started = workers();
    const probity = createProbity();
    const { port } = await probity.listen(0, { host, isolate: true });
    await started[0]?.terminate();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await probity.stop();
    expect(await isOpen(port)).toBe(false);
    const count = started.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(started.length).toBe(count);
  });

  it('is ended when it is stuck', async () => {
    const started = workers();
    const probity = createProbity();
    const { port } = await probity.listen(0, { host, isolate: true });
    // Takes the port without an end: what it is told it never reads.
    const stuck = new Promise((resolve) => started[0]?.once('exit', resolve));
    (started[0] as Worker).postMessage = () => {};
    await probity.stop();
    await stuck;
    expect(await isOpen(port)).toBe(false);
  });
});

describe('a shutdown', () => {
  it('ends with servers that never listened, or are closed already', async () => {
    const probity = createProbity({ shutdown: { drainDelay: '1ms', deadline: '5s' } });
    const closed = createServer().listen(0, host);
    await once(closed, 'listening');
    await new Promise((resolve) => closed.close(resolve));
    const hooks: string[] = [];
    probity.onShutdown(() => hooks.push('hook'));
    probity.manage(createServer(), createHttp2Server(), closed);
    expect([await probity.shutdown(), hooks]).toEqual([0, ['hook']]);
  });

  it('refuses a signal that asks nobody to end', () => {
    expect(() => createProbity({ shutdown: { signals: ['SIGKILL' as 'SIGHUP'] } })).toThrow(
      'Expected `shutdown.signals` to name SIGHUP or SIGQUIT, got `SIGKILL`',
    );
  });
});
