import type { Command } from 'commander';
import { plainError } from '../../base/errors.ts';
import { definitionsOf } from '../../config/checks.ts';
import { contractOf } from '../../config/contract.ts';
import { secretsOf } from '../../config/secrets.ts';
import type { Settings } from '../../config/settings.ts';
import { proveWatching } from '../../config/watched.ts';
import { type Contract, isServed } from '../../contract/contract.ts';
import { lean } from '../../contract/excerpt.ts';
import { createProbity, type Probity } from '../../service/probity.ts';
import { onSignal, onUncaught } from '../../shutdown/signals.ts';
import { collectGarbage } from '../support/collect.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { type ContractOptions, settingsFor } from '../support/contract-settings.ts';
import { proveDrivers } from '../support/drivers.ts';
import { endInOrder } from '../support/early.ts';
import { complain, exitCodes } from '../support/exit.ts';
import { createLog, type FlushedLog } from '../support/log.ts';
import { urlOf } from '../support/url.ts';

export const addServe = (program: Command): void =>
  void withContractOptions(
    program
      .command('serve')
      .summary('run the service')
      .description('Watches the configured dependencies and answers probes.'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ DATABASE_URL=postgres://user:password@127.0.0.1:5432/shop probity serve
  $ probity serve --config probity.yaml
  $ probity serve --contract openapi.yaml --merge`,
    )
    .action(async (options: ContractOptions) => {
      process.exit(await serve({ ...options, env: process.env }));
    });

interface ServeOptions extends ContractOptions {
  env: NodeJS.ProcessEnv;
  /** Called when the service listens. */
  onListening?(url: string): void;
}

/** Runs the service until it is asked to stop; returns the exit code. */
export async function serve({ env, onListening, ...options }: ServeOptions): Promise<number> {
  let prepared: Prepared;
  try {
    prepared = await prepare(options, env);
  } catch (error) {
    return complain(error, exitCodes.usage);
  }
  const { settings, log, probity } = prepared;
  const stopAsked = Promise.withResolvers<{ why: object; code: number }>();
  let isListening = false;
  let isGivenUp = false;
  onSignal((signal) => {
    stopAsked.resolve({ why: { signal }, code: exitCodes.ok });
    // Nobody counts on it yet, so there is nothing to drain.
    if (isListening) return;
    isGivenUp = true;
    void probity.stop();
  }, settings.shutdown?.signals);
  endInOrder();
  try {
    const url = await listen(prepared);
    isListening = true;
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
  return untilStopped(prepared, stopAsked.promise);
}

interface Prepared {
  readonly settings: Settings;
  readonly log: FlushedLog;
  readonly probity: Probity;
}

/** @throws Error when the configuration or the document is wrong */
async function prepare(options: ContractOptions, env: NodeJS.ProcessEnv): Promise<Prepared> {
  const settings = await settingsFor(options, env);
  await proveWatching(settings, { file: options.config, env });
  proveDrivers(settings);
  const log = createLog({ level: settings.logLevel, secrets: secretsOf(settings) });
  const contract = await leanContract(settings, log);
  const checks = await definitionsOf(settings.checks);
  return { settings, log, probity: createProbity({ ...forTheLibrary(settings), checks, contract, log }) };
}

/** What the command does by itself, or hands over in another form. */
const own = [
  ...(['host', 'port', 'logLevel', 'tokensFile', 'checks'] as const),
  ...(['contract', 'mergeContract', 'contractFolder', 'overlays'] as const),
] as const satisfies readonly (keyof Settings)[];

/** The settings that are options of the library as they are. */
function forTheLibrary(settings: Settings): Omit<Settings, (typeof own)[number]> {
  const names: readonly string[] = own;
  const others = Object.entries(settings).filter(([name]) => !names.includes(name));
  return Object.fromEntries(others) as ReturnType<typeof forTheLibrary>;
}

/** The contract without what is never asked for, whose memory is given back. */
async function leanContract(settings: Settings, log: FlushedLog): Promise<Contract> {
  const whole = await contractOf(settings);
  const { displaced = [] } = whole;
  if (displaced.length > 0) log.info({ paths: displaced }, 'paths of the document in the place of the built-in ones');
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

/** Opens the ports, and says so in the log; returns where the service is. */
async function listen({ settings, log, probity }: Prepared): Promise<string> {
  const { host, port, simulation } = settings;
  const address = await probity.listen(port, host);
  const url = urlOf(host, address.port);
  const other = probity.management();
  const management = other && { management: urlOf(settings.management?.host ?? host, other.port) };
  log.info({ url, ...management, checks: Object.keys(settings.checks), simulation }, 'listening');
  return url;
}

/** Serves until then; returns the exit code. */
async function untilStopped(
  { settings, log, probity }: Prepared,
  stopAsked: Promise<{ why: object; code: number }>,
): Promise<number> {
  const endRotation = await rotating(settings, probity, log);
  const { why, code } = await stopAsked;
  endRotation();
  const ended = await probity.shutdown(why, code);
  await log.flush();
  return ended;
}

/** Takes up the tokens of a file that changes; gives what ends it. */
async function rotating({ tokensFile }: Settings, probity: Probity, log: FlushedLog): Promise<() => void> {
  if (tokensFile === undefined) return () => {};
  const { rotateTokens } = await import('../../config/rotation.ts');
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
    return plainError('PROBITY_ADDRESS', `port ${port} on ${host} is in use: stop what listens there, or set PORT`);
  if (code === 'EACCES')
    return plainError('PROBITY_ADDRESS', `port ${port} on ${host} may not be used: set PORT to 1024 or higher`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return plainError('PROBITY_ADDRESS', `host ${host} is no address of this machine`);
  return error;
}
