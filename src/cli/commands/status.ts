import type { Command } from 'commander';
import type { StatusArguments } from '../status.ts';
import { ending } from '../support/exit.ts';

export const addStatus = (program: Command): void =>
  void program
    .command('status')
    .summary('show the state of a service and its checks')
    .description(
      'Shows the state of a service and of each of its checks. Exits with 0 when it is ready, and with 1 otherwise.',
    )
    .argument('<url>', 'where the service is, such as http://127.0.0.1:8000')
    .option('--watch', 'show it anew every second, until it is interrupted')
    .option('--json', 'the report as the service gives it; with --watch a line each')
    .option('--timeout <duration>', 'how long to wait for an answer', '5s')
    .addHelpText(
      'after',
      `
Examples:
  $ probity status http://127.0.0.1:8000
  $ probity status http://127.0.0.1:8000 --watch
  $ probity status http://127.0.0.1:8000 --json | jq '.checks[] | select(.status != "up")'`,
    )
    .action(
      ending(async (url: string, options: StatusArguments) => (await import('../status.ts')).status(url, options)),
    );
