import type { Command } from 'commander';
import type { ListArguments, ServiceArguments, SetArguments } from '../faults.ts';
import { ending } from '../support/exit.ts';

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
  faults
    .command('list')
    .summary('print the faults in force')
    .description('Prints which faults are in force, until when, and by whom.')
    .argument(...url)
    .option('--json', 'as the service gives them')
    .option(...timeout)
    .action(ending(async (at: string, options: ListArguments) => (await import('../faults.ts')).list(at, options)));
  faults
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
    .action(
      ending(async (at: string, check: string, kind: string, options: SetArguments) =>
        (await import('../faults.ts')).set(at, check, kind, options),
      ),
    );
  faults
    .command('clear')
    .summary('end the fault of a check, or all of them')
    .description('Ends the fault of a check, or all of them.')
    .argument(...url)
    .argument('[check]', 'the name of the check; all of them when left out')
    .option(...timeout)
    .action(
      ending(async (at: string, check: string | undefined, options: ServiceArguments) =>
        (await import('../faults.ts')).clear(at, check, options),
      ),
    );
}
