import { typeError } from '../base/errors.ts';
import { discreet, type Log, silent } from '../base/log.ts';
import { isPlain } from '../base/shown.ts';
import { builtinContract } from '../contract/builtin.ts';
import type { Contract } from '../contract/contract.ts';
import { secured } from '../contract/security.ts';
import { stderrLog } from '../events/stderr-log.ts';
import { simulationOf } from '../faults/options.ts';
import type { MonitoredCheck } from '../monitor/monitor.ts';
import { prove } from '../probes/proof.ts';
import { createGuard, type Guard, sharedStateOf } from '../server/access/access.ts';
import { keysOf } from '../server/access/keys.ts';
import { type Access, accessOf } from '../server/access/options.ts';
import { boundedLog } from '../server/bounded-log.ts';
import { monitoredChecks, narrowed, type ProbityOptions, proveOptions } from './options.ts';

/** The options, checked and with their defaults: nothing in them changes while the service lives. */
export interface ResolvedOptions {
  /** That of the options, or stderr; it cannot fail here. */
  readonly log: Log;
  readonly checks: readonly MonitoredCheck[];
  readonly names: readonly string[];
  readonly simulation: ReturnType<typeof simulationOf>;
  readonly access: Access;
  readonly guard: Guard;
  /** Proved: it can be honoured in every state. */
  readonly contract: Contract;
}

/** @throws TypeError when the release is no text for people */
function released(contract: Contract, releaseId: string | undefined): Contract {
  if (releaseId === undefined) return contract;
  if (typeof releaseId !== 'string' || releaseId === '' || releaseId.length > 100 || !isPlain(releaseId))
    throw typeError('PROBITY_OPTION', 'Expected `releaseId` to be a text of at most 100 characters');
  return { ...contract, releaseId };
}

/**
 * @throws RangeError when an option is wrong
 * @throws TypeError when there is no such option, or it is of the wrong kind
 * @throws Error when the contract could not be honoured in some state
 */
export function resolveOptions(options: ProbityOptions): ResolvedOptions {
  proveOptions(options);
  const checks = monitoredChecks(options.checks ?? {});
  const names = checks.map(({ name }) => name);
  const simulation = simulationOf(options.simulation ?? false, names);
  const access = accessOf(options.access ?? {});
  const guard = createGuard(keysOf(access.tokens), sharedStateOf(access.protect));
  const declared = released(options.contract ?? builtinContract(simulation.enabled), options.releaseId);
  const contract = secured(narrowed(declared, options.probes ?? {}, checks), access);
  prove(contract, checks);
  return { log: logOf(options.log), checks, names, simulation, access, guard, contract };
}

const logOf = (log: ProbityOptions['log']): Log => (log === false ? silent : discreet(log ?? boundedLog(stderrLog)));
