/**
 * Plays `SEEDS` (1,000) scripts of a simulated hour each, from `FROM` (a new one each time) on, or the one that `SEED`
 * names, on all cores. The first that fails is told in its smallest form.
 */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { play } from './play.ts';
import { told } from './report.ts';
import { scriptOf } from './script.ts';
import { shrink } from './shrink.ts';

interface Share {
  readonly from: number;
  readonly seeds: number;
  readonly every: number;
}

/** What a worker says of its share. */
interface Said {
  readonly played: number;
  readonly failure?: string;
}

async function playShare({ from, seeds, every }: Share): Promise<Said> {
  let played = 0;
  for (let seed = from; seed < from + seeds * every; seed += every) {
    const script = scriptOf(seed);
    const failure = await play(script);
    played += 1;
    if (failure === undefined) continue;
    const smallest = await shrink(script);
    return { played, failure: told(seed, (await play(smallest)) ?? failure, smallest) };
  }
  return { played };
}

function shared(share: Share): Promise<Said> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.once('message', resolve);
    // A rejection that nobody has handled, or an error that escaped, ends the worker and comes here.
    worker.once('error', reject);
  });
}

function numberOf(name: string, otherwise: number): number {
  const value = process.env[name] || String(otherwise);
  if (/^\d+$/.test(value)) return Number(value);
  throw new RangeError(`Expected \`${name}\` to be a whole number, got \`${value}\``);
}

async function main(): Promise<void> {
  const one = process.env.SEED ? numberOf('SEED', 0) : undefined;
  const seeds = one === undefined ? numberOf('SEEDS', 1_000) : 1;
  const from = one ?? numberOf('FROM', randomInt(2 ** 31));
  const every = Math.min(availableParallelism(), seeds);
  const startedAt = performance.now();
  const shares = Array.from({ length: every }, (_, index) =>
    shared({ from: from + index, seeds: Math.ceil((seeds - index) / every), every }),
  );
  const said = await Promise.all(shares);
  const failures = said.flatMap(({ failure }) => failure ?? []);
  const played = said.reduce((sum, share) => sum + share.played, 0);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  for (const failure of failures) console.error(`${failure}\n`);
  console.log(`${played} simulated hours from seed ${from} on in ${seconds} s, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

if (isMainThread) await main();
else parentPort?.postMessage(await playShare(workerData as Share));
