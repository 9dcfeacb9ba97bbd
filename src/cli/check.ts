import { milliseconds } from '../base/duration.ts';
import { exitCodes } from './support/exit.ts';
import { probe } from './support/probe.ts';
import { urlOf } from './support/url.ts';

/** Asks a probe once, that of `probity serve` with this environment when no URL is given; comes to the exit code. */
export async function check(url: string = ownUrl(process.env), timeout: string): Promise<number> {
  const probed = await probe(url, milliseconds('--timeout', timeout));
  console.log(`${probed.url}: ${probed.says}`);
  return probed.ok ? exitCodes.ok : exitCodes.failed;
}

function ownUrl({ HOST, PORT }: NodeJS.ProcessEnv): string {
  const host = !HOST || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return urlOf(host, PORT || '8000');
}
