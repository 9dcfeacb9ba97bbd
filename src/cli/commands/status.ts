import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { listChecks } from '../../../generated/client/index.ts';
import type { Report } from '../../../generated/contract/types.gen.ts';
import { milliseconds } from '../../base/duration.ts';
import { ending, exitCodes, Failed } from '../support/exit.ts';
import { createLive } from '../support/live.ts';
import { describeReport } from '../support/report.ts';
import { dataOf, parseUrl, type Service, serviceAt } from '../support/service.ts';

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
    .action(ending(status));

interface StatusArguments {
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly timeout: string;
}

const everyMs = 1_000;

/** Shows the state of a service, once or again and again; returns the exit code. */
async function status(url: string, { watch, json, timeout }: StatusArguments): Promise<number> {
  const service = serviceAt(parseUrl(url), milliseconds('--timeout', timeout));
  if (!watch) {
    const { report, now } = await ask(service);
    console.log(json ? JSON.stringify(report, null, 2) : describeReport(service.url, report, now));
    return report.ready ? exitCodes.ok : exitCodes.failed;
  }
  const show = json ? console.log : screen();
  for (;;) {
    show(await textOf(service, json));
    await pause(everyMs);
  }
}

/** The report, and the time of day at the service: its clock need not be ours. */
async function ask(service: Service): Promise<{ report: Report; now: number }> {
  const answer = await listChecks({ client: service.client });
  const report = dataOf(answer, service);
  return { report, now: Date.parse(answer.response?.headers.get('date') ?? '') || Date.now() };
}

/** A service that is away for a while is watched all the same. */
async function textOf(service: Service, json: boolean | undefined): Promise<string> {
  try {
    const { report, now } = await ask(service);
    return json ? JSON.stringify(report) : describeReport(service.url, report, now);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return json ? JSON.stringify({ error: error.message }) : error.message;
  }
}

/** Draws over what is there on a terminal; elsewhere a blank line stands between two tables. */
function screen(): (text: string) => void {
  if (!process.stdout.isTTY) return (text) => console.log(`${text}\n`);
  const live = createLive(process.stdout);
  return (text) => live.draw(text);
}
