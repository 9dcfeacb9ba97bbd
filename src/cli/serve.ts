import { type CommandDef, defineCommand } from 'citty';
import { definitionsOf } from '../config/checks.ts';
import { loadSettings, type Settings } from '../config/settings.ts';
import { onSignal, onUncaught } from '../lifecycle/signals.ts';
import { createProbity, type Probity } from '../probity.ts';
import { createLog, type FlushedLog } from './log.ts';

/** What the exit code of a command says. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

const args = {
  config: {
    type: 'string',
    valueHint: 'FILE',
    description: 'The configuration; ./probity.yaml where there is one, else the environment alone',
  },
} as const;

export const serveCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'serve', description: 'Watch the configured dependencies and answer probes' },
  args,
  run: async ({ args: { config } }) => process.exit(await serve({ file: config, env: process.env })),
});

export interface ServeOptions {
  file?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Called when the service listens. */
  onListening?(url: string): void;
}

/** Runs the service until it is asked to stop; resolves with the exit code. */
export async function serve({ file, env, onListening }: ServeOptions): Promise<number> {
  const stopAsked = Promise.withResolvers<{ why: object; code: number }>();
  onSignal((signal) => stopAsked.resolve({ why: { signal }, code: exitCodes.ok }));
  let settings: Settings;
  let log: FlushedLog;
  let probity: Probity;
  try {
    settings = await loadSettings({ file, env });
    log = createLog(settings.logLevel);
    const { checks, simulation, maxEventLoopDelay, shutdown, heartbeats } = settings;
    const definitions = await definitionsOf(checks);
    probity = createProbity({ checks: definitions, simulation, maxEventLoopDelay, shutdown, heartbeats, log });
  } catch (error) {
    return complain(error, exitCodes.usage);
  }
  try {
    const { host, port } = settings;
    const address = await probity.listen(port, host);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
    log.info({ url, checks: Object.keys(settings.checks), simulation: settings.simulation }, 'listening');
    onListening?.(url);
  } catch (error) {
    await probity.stop();
    await log.flush();
    return complain(explainListen(error, settings), error instanceof RangeError ? exitCodes.usage : exitCodes.failed);
  }
  onUncaught((error) => {
    log.error({ err: error }, 'uncaught error');
    stopAsked.resolve({ why: { reason: 'uncaught error' }, code: exitCodes.failed });
  });
  const { why, code } = await stopAsked.promise;
  const ended = await probity.shutdown(why, code);
  await log.flush();
  return ended;
}

/** One line for people: a stack trace would hide it. */
function complain(error: unknown, code: number): number {
  console.error(`probity: ${error instanceof Error ? error.message : error}`);
  return code;
}

function explainListen(error: unknown, { host, port }: Settings): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Error(`port ${port} on ${host} is in use: stop what listens there, or set PORT`);
  if (code === 'EACCES') return new Error(`port ${port} on ${host} may not be used: set PORT to 1024 or higher`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Error(`host ${host} is no address of this machine`);
  return error;
}
