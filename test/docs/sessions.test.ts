import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, startCommand } from '../e2e/command.ts';
import { startService, untilStatus } from '../e2e/service.ts';
import { environment } from '../environment.ts';
import { freePort } from '../servers/free-port.ts';
import { startHttp } from '../servers/http.ts';
import { temporaryFolder } from '../servers/process.ts';
import { builtin } from '../support.ts';
import { type Fence, fencesOf, root, stepsOf } from './pages.ts';

// A session starts the demo with its servers.
vi.setConfig({ testTimeout: 90_000 });

const folder = temporaryFolder('sessions');
const toEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});
afterAll(() => folder.remove());

const pageUrl = 'http://127.0.0.1:8000';

/** Of what a shell splits at blanks. */
const wordsOf = (line: string): string[] =>
  (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));

/** What curl -s does with these arguments. */
function requestOf(line: string): { url: string; init: RequestInit } {
  const words = wordsOf(line).slice(1);
  const after = (option: string): string | undefined => words[words.indexOf(option) + 1 || words.length];
  const [name = '', value = ''] = after('-H')?.split(': ') ?? [];
  const body = after('-d');
  return {
    url: words.find((word) => word.startsWith('http')) ?? '',
    init: { method: after('-X') ?? 'GET', ...(name && { headers: { [name]: value } }), ...(body && { body }) },
  };
}

/** Without what differs from run to run. */
const times = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
const figures = (text: string): string =>
  times(text)
    .replaceAll(/\d+(\.\d+)?/g, 'N')
    .replaceAll(/ +/g, ' ');

/** The demo, and where it is. */
async function startDemo(): Promise<string> {
  const env = { ...environment, PORT: '0' };
  const demo = spawn(process.execPath, ['examples/demo/run.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(demo, 'exit');
  toEnd.push(() => {
    demo.kill('SIGTERM');
    return exited;
  });
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url] = /^Probity answers on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('Expected the demo to say where it is');
}

describe('a session with the demo', () => {
  it.each(fencesOf('console demo').map((fence) => [fence.page, fence] as const))(
    'goes as %s says',
    async (_, fence) => {
      const url = await startDemo();
      await untilStatus(`${url}/ready`, 200);
      for (const { typed, printed } of stepsOf(fence)) {
        expect(typed).toMatch(/^curl -s /);
        const asked = requestOf(typed);
        expect(asked.url).toContain(pageUrl);
        const ask = async (): Promise<string> => (await fetch(asked.url.replace(pageUrl, url), asked.init)).text();
        const expectIt = async (): Promise<void> => expect(times(await ask())).toBe(times(printed.trimEnd()));
        // What only looks may be repeated: the reader takes longer than a machine as well.
        if (asked.init.method === 'GET') await vi.waitFor(expectIt, { timeout: 15_000, interval: 50 });
        else await expectIt();
      }
    },
  );
});

describe('a session with the command', () => {
  const [session] = fencesOf('console session') as [Fence];

  it(`goes as ${session.page} says`, async () => {
    const dependency = await startHttp();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const check = `{ kind: http, url: "${dependency.url}", interval: 200ms }`;
    const file = join(folder.path, 'probity.yaml');
    writeFileSync(file, `simulation: true\nchecks: { database: ${check}, cache: ${check} }\n`);
    toEnd.push(() => dependency.dispose());
    const [wait, set, status, probe, ...more] = stepsOf(session).map(({ typed, printed }) => ({
      args: typed.replace(/;.*/, '').replace(pageUrl, url).split(' ').slice(1),
      printed: printed.replaceAll(pageUrl, url),
    }));
    expect(more).toEqual([]);

    const waiting = startCommand(wait?.args ?? []);
    await waiting.printed(/no answer/);
    const service = await startService({ PORT: String(port) }, ['--config', file]);
    toEnd.push(() => service.stop());
    const { code, stdout } = await waiting.ended;
    // A service may be met between its first breath and its first results.
    const seen = stdout.replaceAll(/^.*: 503 .*\n/gm, '');
    expect([code, figures(seen)]).toEqual([0, figures(wait?.printed ?? '')]);

    const fault = await runCommand(set?.args ?? []);
    expect(figures(fault.stdout)).toBe(figures(set?.printed ?? ''));
    await untilStatus(`${url}/ready`, 503);
    const shown = (await runCommand(status?.args ?? [])).stdout;
    expect(figures(shown)).toBe(figures(status?.printed ?? ''));
    const asked = await runCommand(probe?.args ?? []);
    expect(`${asked.stdout}${asked.code}\n`).toBe(probe?.printed);
  }, 40_000);
});

describe('a session with a cluster', () => {
  const steps = fencesOf('console kubernetes').flatMap(stepsOf);

  it('asks for what there is', () => {
    const paths = steps.flatMap(({ typed }) => {
      if (!typed.startsWith('curl')) return [];
      const { url, init } = requestOf(typed);
      return [[init.method?.toLowerCase(), url.replace(pageUrl, '')]];
    });
    expect(paths.length).toBeGreaterThan(1);
    for (const [method, path] of paths)
      expect(builtin.operations.some((operation) => operation.method === method && operation.path === path)).toBe(true);
    const others = steps.map(({ typed }) => typed).filter((typed) => !typed.startsWith('curl'));
    for (const typed of others) expect(typed).toMatch(/^(TOKEN=\$\()?kubectl (get|port-forward) /);
  });
});
