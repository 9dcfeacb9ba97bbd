import { type CommandDef, defineCommand } from 'citty';
import { definitionsOf } from '../config/checks.ts';
import { loadSettings, type Settings } from '../config/settings.ts';
import { createProbity, type Probity } from '../probity.ts';
import { createLog, type FlushedLog } from './log.ts';
import { onceAskedToStop } from './signals.ts';

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
  const stopAsked = onceAskedToStop();
  let settings: Settings;
  let log: FlushedLog;
  let probity: Probity;
  try {
    settings = await loadSettings({ file, env });
    log = createLog(settings.logLevel);
    const { host: _, port: __, logLevel: ___, checks, ...options } = settings;
    probity = createProbity({ ...options, checks: await definitionsOf(checks), log });
  } catch (error) {
    return complain(error, exitCodes.usage);
  }
  try {
    const { host, port } = settings;
    const address = await probity.listen(port, host);
    const url = urlOf(host, address.port);
    const other = probity.management();
    const management = other && { management: urlOf(settings.management?.host ?? host, other.port) };
    const { simulation } = settings;
    log.info({ url, ...management, checks: Object.keys(settings.checks), simulation }, 'listening');
    onListening?.(url);
  } catch (error) {
    await probity.stop();
    await log.flush();
    return complain(explainListen(error, settings), error instanceof RangeError ? exitCodes.usage : exitCodes.failed);
  }
  log.info({ signal: await stopAsked }, 'shutting down');
  probity.drain();
  await probity.stop();
  log.info({}, 'stopped');
  await log.flush();
  return exitCodes.ok;
}

const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

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
