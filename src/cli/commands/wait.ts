import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { milliseconds } from '../../base/duration.ts';
import { ending, exitCodes, Failed } from '../support/exit.ts';
import { createLive } from '../support/live.ts';
import { type Probed, probe } from '../support/probe.ts';
import { parseUrl } from '../support/service.ts';

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
    .action(ending(wait));

interface WaitArguments {
  readonly timeout: string;
}

/** Between two questions, and for an answer at most; in milliseconds. */
const pauseMs = 250;
const answerMs = 2_000;

/** Waits until each probe has said yes once; returns the exit code. */
async function wait(urls: readonly string[], { timeout }: WaitArguments): Promise<number> {
  const timeoutMs = milliseconds('--timeout', timeout);
  // A mistake in one of them must not come out while the others are waited for.
  for (const url of urls) parseUrl(url);
  const startedAt = performance.now();
  const left = (): number => startedAt + timeoutMs - performance.now();
  const latest: Probed[] = [];
  const progress = showProgress(latest, startedAt);

  const untilReady = async (url: string, index: number): Promise<void> => {
    for (;;) {
      const probed = await probe(url, Math.ceil(Math.min(answerMs, Math.max(left(), pauseMs))));
      const changed = latest[index]?.says !== probed.says;
      latest[index] = probed;
      progress.update(probed, changed);
      // A question with less time than a pause would only tell that there was no time.
      if (probed.ok || left() <= pauseMs) return;
      await pause(pauseMs);
    }
  };
  try {
    await Promise.all(urls.map(untilReady));
  } finally {
    progress.end();
  }
  const missing = latest.filter(({ ok }) => !ok);
  if (missing.length === 0) return exitCodes.ok;
  throw new Failed(
    'PROBITY_NOT_READY',
    `not ready within ${timeout}: ${missing.map(({ url, says }) => `${url}: ${says}`).join('; ')}`,
  );
}

interface Progress {
  update(probed: Probed, changed: boolean): void;
  end(): void;
}

/** On a terminal a line for each probe, kept up to date; elsewhere a line for each change. */
function showProgress(latest: readonly Probed[], startedAt: number): Progress {
  const seconds = (): string => `${((performance.now() - startedAt) / 1_000).toFixed(1)}s`;
  if (!process.stdout.isTTY) {
    return {
      update: ({ url, says }, changed) => void (changed && console.log(`${url}: ${says} (${seconds()})`)),
      end() {},
    };
  }
  const live = createLive(process.stdout);
  const draw = (): void =>
    live.draw(latest.map(({ url, ok, says }) => `${ok ? '✓' : '…'} ${url}: ${says} (${seconds()})`).join('\n'));
  return { update: draw, end: draw };
}
