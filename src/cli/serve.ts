import { definitionsOf } from '../config/checks.ts';
import { contractOf } from '../config/contract.ts';
import { secretsOf } from '../config/secrets.ts';
import type { Settings } from '../config/settings.ts';
import { proveWatching } from '../config/watched.ts';
import { isServed } from '../contract/contract.ts';
import { onSignal, onUncaught } from '../lifecycle/signals.ts';
import { createProbity, type Probity } from '../probity.ts';
import { settingsFor } from './contract-settings.ts';
import { proveDrivers } from './drivers.ts';
import { complain, exitCodes } from './exit.ts';
import { createLog, type FlushedLog } from './log.ts';
import { urlOf } from './url.ts';

export interface ServeOptions {
  file?: string | undefined;
  /** Wins over the configuration's. */
  contract?: string | undefined;
  mergeContract?: boolean | undefined;
  env: NodeJS.ProcessEnv;
  /** Called when the service listens. */
  onListening?(url: string): void;
}

/** Runs the service until it is asked to stop; resolves with the exit code. */
export async function serve({ file, contract, mergeContract, env, onListening }: ServeOptions): Promise<number> {
  const stopAsked = Promise.withResolvers<{ why: object; code: number }>();
  onSignal((signal) => stopAsked.resolve({ why: { signal }, code: exitCodes.ok }));
  let settings: Settings;
  let log: FlushedLog;
  let probity: Probity;
  try {
    settings = await settingsFor({ config: file, contract, merge: mergeContract }, env);
    await proveWatching(settings, { file, env });
    proveDrivers(settings);
    log = createLog({ level: settings.logLevel, secrets: secretsOf(settings) });
    const inForce = await contractOf(settings);
    for (const operation of inForce.operations.filter((operation) => !isServed(inForce, operation))) {
      log.info({ operation: operation.id, path: operation.path }, 'operation without an extension: answered with 404');
    }
    const { host: _, port: __, logLevel: ___, mergeContract: ____, checks, ...options } = settings;
    probity = createProbity({ ...options, checks: await definitionsOf(checks), contract: inForce, log });
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
  onUncaught((error) => {
    log.error({ err: error }, 'uncaught error');
    stopAsked.resolve({ why: { reason: 'uncaught error' }, code: exitCodes.failed });
  });
  const { why, code } = await stopAsked.promise;
  const ended = await probity.shutdown(why, code);
  await log.flush();
  return ended;
}

function explainListen(error: unknown, { host, port }: Settings): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Error(`port ${port} on ${host} is in use: stop what listens there, or set PORT`);
  if (code === 'EACCES') return new Error(`port ${port} on ${host} may not be used: set PORT to 1024 or higher`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Error(`host ${host} is no address of this machine`);
  return error;
}
