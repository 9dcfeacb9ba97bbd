import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';
import { expect, vi } from 'vitest';
import type { Reason } from '../../generated/contract/types.gen.ts';
import type { CheckDefinition } from '../../src/health/checker.ts';

/** Runs a check once, as the runner does it, and says what came of it. */
export async function outcome(
  { checker }: CheckDefinition,
  deadline: AbortSignal | number = 5_000,
): Promise<Reason | 'ok'> {
  try {
    await checker.check(typeof deadline === 'number' ? AbortSignal.timeout(deadline) : deadline);
    return 'ok';
  } catch (error) {
    return checker.explain(error);
  }
}

/**
 * How many TCP connections to this port of loopback stand: those that one end has given up are not counted. The kernel
 * lists a row twice, or not at all, when connections come and go meanwhile: hence the set, and `until`.
 */
export function established(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const standing = new Set<string>();
  for (const row of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, local, remote, state] = row.trim().split(/\s+/);
    if (state === '01' && remote?.endsWith(`:${hex}`)) standing.add(`${local} ${remote}`);
  }
  return standing.size;
}

/** What this process holds open, once the handles that were just destroyed are gone; the tests' own timers left out. */
export async function resources(): Promise<{ handles: readonly string[]; files: number }> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  return {
    handles: process
      .getActiveResourcesInfo()
      .filter((kind) => /TCP|TLS|GetAddrInfo/.test(kind))
      .sort(),
    files: readdirSync('/proc/self/fd').length,
  };
}

/** How many timers keep this process alive. */
export function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** Waits until it holds: for what happens in another process. */
export function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  return vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 30_000, interval: 5 });
}

/** Watches a check: `noticed` resolves at its next notice. */
export function watching({ checker }: CheckDefinition): { noticed(): Promise<void>; count(): number } {
  let count = 0;
  let wake = (): void => {};
  checker.watch?.(() => {
    count += 1;
    wake();
  });
  return {
    count: () => count,
    noticed: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
}

/** A TCP server that answers the first bytes of every connection with these. */
export async function answering(bytes: Uint8Array | string): Promise<{ port: number; dispose(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    dispose: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Everything that is printed while `work` runs. */
export async function printedBy(work: () => Promise<unknown>): Promise<string> {
  const printed: unknown[] = [];
  const catchAll = (...args: unknown[]): boolean => printed.push(...args) > 0;
  const spies = [
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(catchAll),
    ),
    vi.spyOn(process.stdout, 'write').mockImplementation(catchAll),
    vi.spyOn(process.stderr, 'write').mockImplementation(catchAll),
    vi.spyOn(process, 'emitWarning').mockImplementation(catchAll),
  ];
  try {
    await work();
    await resources();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed.map(String).join('\n');
}

/** The URL with other credentials, port, path or the like. */
export function changed(
  url: string,
  parts: Partial<Pick<URL, 'username' | 'password' | 'hostname' | 'port' | 'pathname' | 'search'>>,
): string {
  return Object.assign(new URL(url), parts).href;
}

/** Runs `work` while this process trusts one more certificate. */
export async function trusting<Value>(cert: string, work: () => Promise<Value>): Promise<Value> {
  const before = tls.getCACertificates();
  tls.setDefaultCACertificates([...before, cert]);
  try {
    return await work();
  } finally {
    tls.setDefaultCACertificates(before);
  }
}
