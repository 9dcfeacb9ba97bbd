import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../../test/servers/postgres.ts';
import type { Plan } from '../plan.ts';
import type { Section } from '../report.ts';

const folder = new URL('../../examples/', import.meta.url);

/** One instance of the Express example, as a load balancer sees it. */
interface Instance {
  readonly port: number;
  readonly child: ChildProcess;
  readonly agent: Agent;
  ready: boolean;
}

interface Load {
  instances: Instance[];
  sent: number;
  failures: string[];
  isOver: boolean;
}

/** As often as a balancer would at its most eager. */
const probeEveryMs = 100;
const perSecond = 500;

/** Whether an update that replaces instances one by one loses a request. */
export async function measureRolling({ rolling: { rounds, drainDelay } }: Plan): Promise<Section> {
  const postgres = await startPostgres();
  const start = (): Promise<Instance> => startInstance({ DATABASE_URL: postgres.url, DRAIN_DELAY: drainDelay });
  let current = await start();
  const state: Load = { instances: [current], sent: 0, failures: [], isOver: false };
  await Promise.race([probeUntilReady(current), once(current.child, 'exit')]);
  const probing = probeAll(state);
  const loading = generate(state);
  const codes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const next = await start();
    await probeUntilReady(next);
    state.instances.push(next);
    const old = current;
    current = next;
    const exited = once(old.child, 'exit');
    old.child.kill('SIGTERM');
    codes.push((await exited)[0]);
    state.instances = state.instances.filter((instance) => instance !== old);
    old.agent.destroy();
  }
  state.isOver = true;
  await Promise.all([probing, loading]);
  current.child.kill('SIGKILL');
  await postgres.dispose();
  const unclean = codes.filter((code) => code !== 0).length;
  return {
    title: 'Rolling shutdown under load',
    text: `The Express example is replaced ${rounds} times, with a drain delay of ${drainDelay}, under ${perSecond} requests a second, by turns on kept connections and on new ones. The balancer asks \`/ready\` every ${probeEveryMs} ms, and sends requests to what was ready last. A request has failed when it gets anything but a 200.`,
    tables: [
      {
        caption: 'Requests',
        head: ['rounds', 'requests', 'failed', 'exit codes other than 0'],
        rows: [[String(rounds), String(state.sent), String(state.failures.length), String(unclean)]],
      },
    ],
    targets: [
      {
        what: `failed requests over ${rounds} shutdowns`,
        goal: '0',
        found: `${state.failures.length} of ${state.sent}${state.failures.length > 0 ? ` (${state.failures[0]})` : ''}`,
        isMet: state.failures.length === 0 && unclean === 0,
      },
    ],
  };
}

async function startInstance(env: Record<string, string>): Promise<Instance> {
  const child = spawn(process.execPath, ['express/server.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { port } = JSON.parse(String(line).replace('listening ', ''));
  return { port, child, agent: new Agent({ keepAlive: true, maxSockets: 20 }), ready: false };
}

const statusOf = (port: number, path: string, agent: Agent | false): Promise<number | string> =>
  new Promise((resolve) => {
    get({ port, path, host: '127.0.0.1', agent }, (response) => {
      response.on('error', (error) => resolve(error.message));
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', (error) => resolve(error.message));
  });

async function probeUntilReady(instance: Instance): Promise<void> {
  while (!instance.ready) {
    instance.ready = (await statusOf(instance.port, '/ready', false)) === 200;
    await pause(10);
  }
}

async function probeAll(state: Load): Promise<void> {
  while (!state.isOver) {
    await Promise.all(
      state.instances.map(async (instance) => {
        instance.ready = (await statusOf(instance.port, '/ready', false)) === 200;
      }),
    );
    await pause(probeEveryMs);
  }
}

async function generate(state: Load): Promise<void> {
  const began = performance.now();
  const underWay = new Set<Promise<void>>();
  while (!state.isOver) {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    while (state.sent < due) {
      const ready = state.instances.filter((instance) => instance.ready);
      const instance = ready[state.sent % ready.length];
      state.sent += 1;
      const request = ask(state, instance, state.sent);
      underWay.add(request);
      void request.finally(() => underWay.delete(request));
    }
    await pause(2);
  }
  await Promise.all(underWay);
}

async function ask(state: Load, instance: Instance | undefined, number: number): Promise<void> {
  if (instance === undefined) {
    state.failures.push('no instance was ready');
    return;
  }
  const isKept = Math.floor(number / 2) % 2 === 0;
  const status = await statusOf(instance.port, '/', isKept ? instance.agent : false);
  if (status !== 200) state.failures.push(`${isKept ? 'kept' : 'new'} connection: ${status}`);
}
