import { milliseconds } from '../base/duration.ts';
import { bare, baseName, type Command, limitedBy, programOf, runsProbity, sleepMs } from './command.ts';
import { checkTimeoutMs } from './defaults.ts';
import { argumentsOf, curlSyntax, probitySyntax, wgetSyntax } from './options.ts';
import type { Step } from './shell.ts';

/** How long a command waits by its own word, in milliseconds; absent where it says nothing of it. */
export function ownTimeoutOf({ steps }: Command): number | undefined {
  const times = steps.map(timeoutOf).filter((ms) => ms !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

function timeoutOf(step: Step): number | undefined {
  const times = [wrapped(step.words), toldTo(step)].filter((ms) => ms !== undefined && ms > 0);
  return times.length === 0 ? undefined : Math.min(...times.map(Number));
}

/** `timeout 5 curl …`, with its options before it. */
function wrapped(words: readonly string[]): number | undefined {
  if (baseName(words[0] ?? '') !== 'timeout') return undefined;
  return sleepMs(limitedBy(words.slice(1)).time);
}

function toldTo(step: Step): number | undefined {
  const words = bare(step.words).slice(1);
  const program = programOf(step);
  if (runsProbity(step.words, 'check')) return checkTimeout(step.words);
  if (program === 'curl') return firstOf(argumentsOf(words, curlSyntax).options, ['m', 'max-time']);
  if (program === 'wget') return firstOf(argumentsOf(words, wgetSyntax).options, ['T', 'timeout']);
  if (program === 'nc') return firstOf(argumentsOf(words, { short: 'wpsiqXx', long: ['wait'] }).options, ['w', 'wait']);
  return undefined;
}

const firstOf = (options: ReadonlyMap<string, readonly string[]>, names: readonly string[]): number | undefined =>
  sleepMs(names.flatMap((name) => options.get(name) ?? [])[0]);

function checkTimeout(words: readonly string[]): number | undefined {
  const [written] = argumentsOf(words, probitySyntax).options.get('timeout') ?? [];
  try {
    return written === undefined ? checkTimeoutMs : milliseconds('timeout', written);
  } catch {
    return undefined;
  }
}
