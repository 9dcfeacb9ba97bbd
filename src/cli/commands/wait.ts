import type { Command } from 'commander';
import { ending } from '../support/exit.ts';
import type { WaitArguments } from '../wait.ts';

export const addWait = (program: Command): void =>
  void program
    .command('wait')
    .summary('wait until services are ready')
    .description('Waits until every probe has answered 2xx once. Exits with 0 then, and with 1 when time is up.')
    .argument('<url...>', 'probes, or services, whose /ready is asked')
    .option('--timeout <duration>', 'how long to wait at most', '60s')
    .addHelpText(
      'after',
      `
Examples:
  $ probity wait http://127.0.0.1:8000 && npm run e2e
  $ probity wait --timeout 2m http://api:8000/ready http://auth:8000/internal/ready`,
    )
    .action(ending(async (urls: string[], options: WaitArguments) => (await import('../wait.ts')).wait(urls, options)));
