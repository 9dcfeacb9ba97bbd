import { clearFault, clearFaults, listFaults, setFault } from '../../generated/client/index.ts';
import type { Fault, FaultInForce } from '../../generated/contract/types.gen.ts';
import { milliseconds } from '../base/duration.ts';
import { exitCodes } from './support/exit.ts';
import { dataOf, parseUrl, type Service, serviceAt } from './support/service.ts';
import { table } from './support/table.ts';

export interface ServiceArguments {
  readonly timeout: string;
}

export interface ListArguments extends ServiceArguments {
  readonly json?: boolean;
}

/** Durations as they were written. */
export interface SetArguments extends ServiceArguments {
  readonly ttl?: string;
  readonly delay?: string;
  readonly jitter?: string;
  readonly period?: string;
  readonly probability?: string;
}

/** Prints the faults in force; comes to the exit code. */
export async function list(url: string, { timeout, json }: ListArguments): Promise<number> {
  const service = serviceOf(url, timeout);
  const { faults } = dataOf(await listFaults({ client: service.client }), service);
  if (json) console.log(JSON.stringify(faults, null, 2));
  else if (faults.length === 0) console.log('no faults');
  else console.log(table([['CHECK', 'KIND', 'UNTIL', 'BY', 'PROPERTIES'], ...faults.map(rowOf)]));
  return exitCodes.ok;
}

/** Lets a check fail; comes to the exit code. What a kind takes is judged by the service. */
export async function set(url: string, check: string, kind: string, options: SetArguments): Promise<number> {
  const service = serviceOf(url, options.timeout);
  const body = faultOf(kind, options);
  const inForce = dataOf(await setFault({ client: service.client, path: { check }, body }), service);
  const alone = inForce.shared === false ? ', on this replica alone until the fleet is in reach' : '';
  console.log(`${check}: ${inForce.fault.kind} until ${inForce.until}${alone}`);
  return exitCodes.ok;
}

/** Ends one fault or all of them; comes to the exit code. */
export async function clear(url: string, check: string | undefined, { timeout }: ServiceArguments): Promise<number> {
  const service = serviceOf(url, timeout);
  const { client } = service;
  if (check === undefined) dataOf(await clearFaults({ client }), service);
  else dataOf(await clearFault({ client, path: { check } }), service);
  console.log(`${check ?? 'every check'}: no fault`);
  return exitCodes.ok;
}

const serviceOf = (url: string, timeout: string): Service =>
  serviceAt(parseUrl(url), milliseconds('--timeout', timeout));

/** A kind that there is none of, or one without what it needs, is the service's to refuse: it has the contract. */
function faultOf(kind: string, { ttl, delay, jitter, period, probability }: SetArguments): Fault {
  return {
    kind,
    ...(ttl !== undefined && { ttlSeconds: milliseconds('--ttl', ttl) / 1_000 }),
    ...(delay !== undefined && { delayMs: milliseconds('--delay', delay) }),
    ...(jitter !== undefined && { jitterMs: milliseconds('--jitter', jitter) }),
    ...(period !== undefined && { periodMs: milliseconds('--period', period) }),
    ...(probability !== undefined && { probability: Number(probability) }),
  } as Fault;
}

function rowOf({ check, fault, until, by }: FaultInForce): string[] {
  const { kind, ttlSeconds: _, ...properties } = fault;
  const shown = Object.entries(properties).map(([name, value]) => `${name} ${value}`);
  return [check, kind, until, by ?? '', shown.join(', ')];
}
