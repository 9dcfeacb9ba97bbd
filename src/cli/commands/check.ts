import type { Command } from 'commander';
import { milliseconds } from '../../base/duration.ts';
import { complain, exitCodes } from '../support/exit.ts';
import { probe } from '../support/probe.ts';
import { urlOf } from '../support/url.ts';

export const addCheck = (program: Command): void =>
  void program
    .command('check')
    .summary('ask a probe once, for HEALTHCHECK and exec probes')
    .description(
      'Asks a probe once and prints its answer in one line. Exits with 0 when the status is 2xx, and with 1 otherwise, ' +
        'a mistake in the command included: Docker knows no third code.',
    )
    .argument('[url]', 'a probe, or a service, whose /ready is asked (default: that of HOST and PORT)')
    .option('--timeout <duration>', 'how long to wait for the whole answer', '2s')
    .addHelpText(
      'after',
      `
Examples:
  $ probity check http://127.0.0.1:8000/health
  HEALTHCHECK CMD ["probity", "check", "http://127.0.0.1:8000/internal/ready"]
  readinessProbe: { exec: { command: [probity, check, "http://127.0.0.1:8000/ready"] } }`,
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.ok : exitCodes.failed))
    .action(async (url: string | undefined, { timeout }: { timeout: string }) => {
      process.exitCode = await check(url, timeout).catch((error: unknown) => complain(error, exitCodes.failed));
    });

/** Asks a probe once, that of `probity serve` with this environment when no URL is given; returns the exit code. */
async function check(url: string = ownUrl(process.env), timeout: string): Promise<number> {
  const probed = await probe(url, milliseconds('--timeout', timeout));
  console.log(`${probed.url}: ${probed.says}`);
  return probed.ok ? exitCodes.ok : exitCodes.failed;
}

function ownUrl({ HOST, PORT }: NodeJS.ProcessEnv): string {
  const host = !HOST || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return urlOf(host, PORT || '8000');
}
