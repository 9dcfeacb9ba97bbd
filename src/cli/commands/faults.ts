import type { Command } from 'commander';
import { clearFault, clearFaults, listFaults, setFault } from '../../../generated/client/index.ts';
import type { Fault, FaultInForce } from '../../../generated/contract/types.gen.ts';
import { milliseconds } from '../../base/duration.ts';
import { ending, exitCodes } from '../support/exit.ts';
import { dataOf, parseUrl, type Service, serviceAt } from '../support/service.ts';
import { table } from '../support/table.ts';

const url = ['<url>', 'where the service is, such as http://127.0.0.1:8000'] as const;
const timeout = ['--timeout <duration>', 'how long to wait for an answer', '5s'] as const;

export function addFaults(program: Command): void {
  const faults = program
    .command('faults')
    .summary('list, set and clear failures on purpose')
    .description('Failures on purpose, of a service whose simulation is on.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  $ probity faults set http://127.0.0.1:8000 database outage --ttl 5m
  $ probity faults set http://127.0.0.1:8000 cache latency --delay 3s --jitter 500ms
  $ PROBITY_TOKEN=… probity faults list https://shop.example
  $ probity faults clear http://127.0.0.1:8000`,
    );
  addList(faults);
  addSet(faults);
  addClear(faults);
}

const addList = (faults: Command): void =>
  void faults
    .command('list')
    .summary('print the faults in force')
    .description('Prints which faults are in force, until when, and by whom.')
    .argument(...url)
    .option('--json', 'as the service gives them')
    .option(...timeout)
    .action(ending(list));

const addSet = (faults: Command): void =>
  void faults
    .command('set')
    .summary('let a check fail')
    .description('Lets a check fail in some way, in place of the fault that is there.')
    .argument(...url)
    .argument('<check>', 'the name of the check; liveness where the service allows it')
    .argument('<kind>', 'outage, hang, latency, flap or error')
    .option('--ttl <duration>', 'when it ends by itself; the service has a default and a limit')
    .option('--delay <duration>', 'latency: by how much each run starts late')
    .option('--jitter <duration>', 'latency: give or take how much')
    .option('--period <duration>', 'flap: how long a good and a bad half are together')
    .option('--probability <number>', 'error: how likely a run fails, from 0 to 1')
    .option(...timeout)
    .action(ending(set));

const addClear = (faults: Command): void =>
  void faults
    .command('clear')
    .summary('end the fault of a check, or all of them')
    .description('Ends the fault of a check, or all of them.')
    .argument(...url)
    .argument('[check]', 'the name of the check; all of them when left out')
    .option(...timeout)
    .action(ending(clear));

interface ServiceArguments {
  readonly timeout: string;
}

interface ListArguments extends ServiceArguments {
  readonly json?: boolean;
}

/** Durations as they were written. */
interface SetArguments extends ServiceArguments {
  readonly ttl?: string;
  readonly delay?: string;
  readonly jitter?: string;
  readonly period?: string;
  readonly probability?: string;
}

/** Prints the faults in force; returns the exit code. */
async function list(url: string, { timeout, json }: ListArguments): Promise<number> {
  const service = serviceOf(url, timeout);
  const { faults } = dataOf(await listFaults({ client: service.client }), service);
  if (json) console.log(JSON.stringify(faults, null, 2));
  else if (faults.length === 0) console.log('no faults');
  else console.log(table([['CHECK', 'KIND', 'UNTIL', 'BY', 'PROPERTIES'], ...faults.map(rowOf)]));
  return exitCodes.ok;
}

/** Lets a check fail; returns the exit code. What a kind takes is judged by the service. */
async function set(url: string, check: string, kind: string, options: SetArguments): Promise<number> {
  const service = serviceOf(url, options.timeout);
  const body = faultOf(kind, options);
  const inForce = dataOf(await setFault({ client: service.client, path: { check }, body }), service);
  const alone = inForce.shared === false ? ', on this replica alone until the fleet is in reach' : '';
  console.log(`${check}: ${inForce.fault.kind} until ${inForce.until}${alone}`);
  return exitCodes.ok;
}

/** Ends one fault or all of them; returns the exit code. */
async function clear(url: string, check: string | undefined, { timeout }: ServiceArguments): Promise<number> {
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
