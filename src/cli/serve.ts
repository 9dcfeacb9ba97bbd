import { definitionsOf } from '../config/checks.ts';
import { contractOf } from '../config/contract.ts';
import { secretsOf } from '../config/secrets.ts';
import type { Settings } from '../config/settings.ts';
import { proveWatching } from '../config/watched.ts';
import { type Contract, isServed } from '../contract/contract.ts';
import { lean } from '../contract/excerpt.ts';
import { createProbity, type Probity } from '../service/probity.ts';
import { onSignal, onUncaught } from '../shutdown/signals.ts';
import { collectGarbage } from './support/collect.ts';
import { type ContractOptions, settingsFor } from './support/contract-settings.ts';
import { proveDrivers } from './support/drivers.ts';
import { endInOrder } from './support/early.ts';
import { complain, exitCodes } from './support/exit.ts';
import { createLog, type FlushedLog } from './support/log.ts';
import { urlOf } from './support/url.ts';

export interface ServeOptions extends ContractOptions {
  env: NodeJS.ProcessEnv;
  /** Called when the service listens. */
  onListening?(url: string): void;
}

/** Runs the service until it is asked to stop; resolves with the exit code. */
export async function serve({ env, onListening, ...options }: ServeOptions): Promise<number> {
  const stopAsked = Promise.withResolvers<{ why: object; code: number }>();
  let isListening = false;
  let isGivenUp = false;
  let settings: Settings;
  let log: FlushedLog;
  let probity: Probity;
  try {
    settings = await settingsFor(options, env);
    await proveWatching(settings, { file: options.config, env });
    proveDrivers(settings);
    log = createLog({ level: settings.logLevel, secrets: secretsOf(settings) });
    const inForce = await leanContract(settings, log);
    const { host: _, port: __, logLevel: ___, mergeContract: ____, contractFolder: _____, ...rest } = settings;
    const { checks, tokensFile: ______, ...given } = rest;
    probity = createProbity({ ...given, checks: await definitionsOf(checks), contract: inForce, log });
  } catch (error) {
    return complain(error, exitCodes.usage);
  }
  onSignal((signal) => {
    stopAsked.resolve({ why: { signal }, code: exitCodes.ok });
    // Nobody counts on it yet, so there is nothing to drain.
    if (isListening) return;
    isGivenUp = true;
    void probity.stop();
  }, settings.shutdown?.signals);
  endInOrder();
  try {
    const { host, port } = settings;
    const address = await probity.listen(port, host);
    isListening = true;
    const url = urlOf(host, address.port);
    const other = probity.management();
    const management = other && { management: urlOf(settings.management?.host ?? host, other.port) };
    const { simulation } = settings;
    log.info({ url, ...management, checks: Object.keys(settings.checks), simulation }, 'listening');
    onListening?.(url);
  } catch (error) {
    await probity.stop();
    await log.flush();
    if (isGivenUp) return exitCodes.ok;
    return complain(explainListen(error, settings), error instanceof RangeError ? exitCodes.usage : exitCodes.failed);
  }
  onUncaught((error) => {
    log.error({ err: error }, 'uncaught error');
    stopAsked.resolve({ why: { reason: 'uncaught error' }, code: exitCodes.failed });
  });
  const endRotation = await rotating(settings, probity, log);
  const { why, code } = await stopAsked.promise;
  endRotation();
  const ended = await probity.shutdown(why, code);
  await log.flush();
  return ended;
}

/** The contract without what is never asked for, whose memory is given back. */
async function leanContract(settings: Settings, log: FlushedLog): Promise<Contract> {
  const whole = await contractOf(settings);
  tellLeftAlone(whole, log);
  if (settings.contract !== undefined) setImmediate(collectGarbage);
  return lean(whole);
}

/** Names what a document declares and nobody here answers: in one line, as that may be hundreds. */
function tellLeftAlone(contract: Contract, log: FlushedLog): void {
  const left = contract.operations.filter((operation) => !isServed(contract, operation));
  if (left.length === 0) return;
  log.info({ operations: left.length }, 'operations without an extension: answered with 404');
  for (const { id, path } of left)
    log.debug({ operation: id, path }, 'operation without an extension: answered with 404');
}

/** Takes up the tokens of a file that changes; gives what ends it. */
async function rotating({ tokensFile }: Settings, probity: Probity, log: FlushedLog): Promise<() => void> {
  if (tokensFile === undefined) return () => {};
  const { rotateTokens } = await import('../config/rotation.ts');
  return rotateTokens({
    ...tokensFile,
    log,
    replace(tokens) {
      log.hide(secretsOf({ checks: {}, access: { tokens: [...tokens] } }));
      probity.replaceTokens(tokens);
    },
  });
}

function explainListen(error: unknown, { host, port }: Settings): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Error(`port ${port} on ${host} is in use: stop what listens there, or set PORT`);
  if (code === 'EACCES') return new Error(`port ${port} on ${host} may not be used: set PORT to 1024 or higher`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Error(`host ${host} is no address of this machine`);
  return error;
}
