import { type Command, commandOf, shellLine } from './command.ts';
import { dockerDefaults } from './defaults.ts';
import type { Probe } from './program.ts';
import { questionsIn } from './question.ts';
import { countAt, durationAt, filledIn } from './setting.ts';
import { splitWords } from './shell.ts';
import { type Place, textOf } from './yaml-place.ts';

/** A list of words, or one line. */
export const argvOf = (place: Place): string[] =>
  place.scalar === undefined ? place.items().map(wordIn) : splitWords(wordIn(place));

/** A word with the defaults of the variables in it, and with the `$` that two of them are to compose. */
export const wordIn = (place: Place): string =>
  String(filledIn(place.scalar ?? '') ?? textOf(place)?.replaceAll('$$', '$') ?? '');

/** Whether the health check of a service is switched off. */
export const isSwitchedOff = (service: Place): boolean =>
  service.get('healthcheck', 'disable').scalar === true || service.get('healthcheck', 'test', 0).scalar === 'NONE';

/** Without a test of its own it is the image's health check, with the image's times where none are written. */
export function healthcheckOf(service: Place, isPartial: boolean): Probe[] {
  const place = service.get('healthcheck');
  if (!place.exists) return [];
  const test = place.get('test');
  const isInherited = !test.exists || (test.scalar === undefined && test.items().length === 0);
  const defaults: Partial<typeof dockerDefaults> = isInherited || isPartial ? {} : dockerDefaults;
  const command = testOf(test);
  return [
    {
      kind: 'health',
      name: 'healthcheck',
      place,
      questions: command === undefined ? [] : questionsIn(command),
      ...(command && { command }),
      // What is 0 here is not written, to Docker (daemon/health.go), but for the start period.
      period: durationAt(place, 'interval', defaults.interval, true),
      timeout: durationAt(place, 'timeout', defaults.timeout, true),
      failures: countAt(place, 'retries', defaults.retries),
      delay: durationAt(place, 'start_period', defaults.start_period),
    },
  ];
}

/** A line is for the shell, and so is what follows `CMD-SHELL`. */
function testOf(test: Place): Command | undefined {
  if (test.scalar !== undefined) return shellLine(test, wordIn(test));
  const [form, ...words] = argvOf(test);
  // The shell reads the first word alone, as Docker hands it all of them.
  if (form === 'CMD-SHELL') return commandOf(test, ['/bin/sh', '-c', ...words]);
  return form === 'CMD' ? commandOf(test, words) : undefined;
}
