import dns from 'node:dns';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CheckDefinition } from '../../src/health/checker.ts';
import { freePort } from '../servers/free-port.ts';
import { startHttp } from '../servers/http.ts';
import type { Server } from '../servers/process.ts';
import { startProxy, type TcpProxy } from '../servers/proxy.ts';
import { changed, established, outcome, resources, timers, until, watching } from './support.ts';

export interface Subject {
  server(): Server;
  check(url: string): CheckDefinition;
}

/** What holds for every check over a connection of its own, whatever the dependency. */
export function behavesLikeAChecker({ server, check: define }: Subject): void {
  const defined: CheckDefinition[] = [];
  let proxy: TcpProxy;

  beforeAll(async () => {
    proxy = await startProxy(server().port);
  });

  afterAll(() => proxy.dispose());

  afterEach(async () => {
    proxy.pass();
    proxy.cut();
    await Promise.all(defined.splice(0).map(({ checker }) => checker.close?.()));
    await until(() => proxy.connections() === 0 && established(server().port) === 0);
  });

  function checkOf(url = server().url): CheckDefinition {
    const check = define(url);
    defined.push(check);
    return check;
  }

  const proxied = () => checkOf(proxy.through(server().url));

  it('passes, over one connection that it reuses', async () => {
    const check = checkOf();
    for (let run = 0; run < 20; run += 1) expect(await outcome(check)).toBe('ok');
    await until(() => established(server().port) === 1);
  });

  it('opens nothing before its first run, and leaves nothing after close()', async () => {
    await outcome(checkOf()); // Loads the driver.
    await defined[0]?.checker.close?.();
    const before = await resources();
    const check = checkOf();
    expect(await resources()).toEqual(before);
    expect(await outcome(check)).toBe('ok');
    await check.checker.close?.();
    expect(await resources()).toEqual(before);
    expect(await outcome(check)).toBe('unavailable');
    expect(await resources()).toEqual(before);
  });

  it('leaves no timer of connections that were closed, or lost', async () => {
    const before = timers();
    for (let run = 0; run < 20; run += 1) {
      const check = proxied();
      expect(await outcome(check)).toBe('ok');
      if (run % 2 === 0) proxy.cut();
      else await check.checker.close?.();
    }
    await until(() => proxy.connections() === 0 && timers() < before + 5);
  });

  it('is refused where nothing listens, 500 times without leaving anything', async () => {
    const check = checkOf(changed(server().url, { port: String(await freePort()) }));
    expect(await outcome(check)).toBe('refused');
    const before = await resources();
    for (let run = 0; run < 500; run += 1) expect(await outcome(check)).toBe('refused');
    expect(await resources()).toEqual(before);
  });

  it('meets a deadline that is over already without opening anything', async () => {
    const check = checkOf();
    const reason = new Error('over');
    await expect(check.checker.check(AbortSignal.abort(reason))).rejects.toBe(reason);
    await until(() => established(server().port) === 0);
  });

  it('settles at its deadline while the server is frozen, and gives the connection up', async () => {
    const check = checkOf();
    expect(await outcome(check)).toBe('ok');
    server().freeze();
    try {
      // On the connection that stands, and then on one that the kernel accepts.
      for (const _ of ['open', 'new']) {
        const start = performance.now();
        expect(await outcome(check, 100)).toBe('timeout');
        expect(performance.now() - start).toBeLessThan(500);
        await until(() => established(server().port) === 0);
      }
    } finally {
      server().thaw();
    }
    expect(await outcome(check)).toBe('ok');
  });

  it('leaves nothing of 50 runs into a black hole', async () => {
    const check = proxied();
    proxy.blackHole();
    expect(await outcome(check, 20)).toBe('timeout');
    await until(() => proxy.connections() === 0);
    const before = await resources();
    for (let run = 0; run < 50; run += 1) expect(await outcome(check, 5)).toBe('timeout');
    await until(() => proxy.connections() === 0);
    expect(await resources()).toEqual(before);
  });

  it('gives a half-open connection up, and its late events disturb neither the next one nor the watcher', async () => {
    const check = proxied();
    const watcher = watching(check);
    expect(await outcome(check)).toBe('ok');
    proxy.blackHole();
    expect(await outcome(check, 50)).toBe('timeout');
    proxy.pass();
    expect(await outcome(check)).toBe('ok');
    await resources();
    expect(await outcome(check)).toBe('ok');
    expect(proxy.connections()).toBe(1);
    expect(watcher.count()).toBe(0);
  });

  it('passes through a slow network in time', async () => {
    proxy.delay(5);
    expect(await outcome(proxied())).toBe('ok');
  });

  it('is unavailable when the connection is cut during a run', async () => {
    const check = proxied();
    const watcher = watching(check);
    for (const _ of ['opening', 'open']) {
      proxy.blackHole();
      const run = outcome(check);
      await until(() => proxy.connections() === 1);
      proxy.cut();
      expect(await run).toBe('unavailable');
      proxy.pass();
      expect(await outcome(check)).toBe('ok');
    }
    expect(watcher.count()).toBe(0); // The run itself told.
  });

  it('notices at once that an idle connection is cut', async () => {
    const check = proxied();
    const watcher = watching(check);
    expect(await outcome(check)).toBe('ok');
    const noticed = watcher.noticed();
    proxy.cut();
    await noticed;
    expect(await outcome(check)).toBe('ok');
    await check.checker.close?.();
    await resources();
    expect(watcher.count()).toBe(1);
  });

  it('settles a run that close() comes into, and leaves nothing', async () => {
    const check = proxied();
    expect(await outcome(check)).toBe('ok');
    proxy.blackHole();
    const run = outcome(check);
    await check.checker.close?.();
    expect(await run).toBe('unavailable');
    await until(() => proxy.connections() === 0);
  });

  it('says dns when the name is unknown', async () => {
    expect(await outcome(checkOf(changed(server().url, { hostname: 'nowhere.invalid' })))).toBe('dns');
  });

  it('says protocol when another one is spoken', async () => {
    const http = await startHttp();
    try {
      expect(await outcome(checkOf(changed(server().url, { port: String(http.port) })))).toBe('protocol');
    } finally {
      await http.dispose();
    }
  });

  describe('with a resolver that is silent', () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it('settles at its deadline, and starts no further look-up while one goes on', async () => {
      const answers: (() => void)[] = [];
      const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((
        _name: string,
        _options: unknown,
        callback: (...found: unknown[]) => void,
      ) => {
        answers.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
      }) as never);
      const check = checkOf(changed(server().url, { hostname: 'silent.test' }));
      for (let run = 0; run < 3; run += 1) expect(await outcome(check, 20)).toBe('timeout');
      expect(lookup).toHaveBeenCalledTimes(1);
      const run = outcome(check);
      await resources();
      answers[0]?.();
      expect(await run).toBe('ok');
      expect(lookup).toHaveBeenCalledTimes(1);
      await until(() => established(server().port) === 1);
    });
  });

  it('notices that the server is killed, is refused, and passes again after the restart', async () => {
    const check = checkOf();
    const watcher = watching(check);
    expect(await outcome(check)).toBe('ok');
    const noticed = watcher.noticed();
    await server().kill();
    await noticed;
    expect(await outcome(check)).toBe('refused');
    expect(watcher.count()).toBe(1);
    await server().start();
    expect(await outcome(check)).toBe('ok');
    await until(() => established(server().port) === 1);
  });
}
