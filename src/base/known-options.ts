import { typeError } from './errors.ts';
import { isObject } from './is-object.ts';
import { nearest } from './nearest.ts';

/** Every option there is, by name: the compiler holds it to the type. */
export type Known<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, true>>;

/**
 * An option that there is none of was meant to do something: it is not left out in silence.
 *
 * @param place where the options stand, with a dot: `management.`; empty where they stand alone
 * @throws TypeError naming the option, and the one that was probably meant
 */
export function refuseUnknown(place: string, options: object, known: Readonly<Record<string, true>>): void {
  if (!isObject(options))
    throw typeError(
      'PROBITY_OPTION',
      `Expected ${place === '' ? 'options' : `\`${place.slice(0, -1)}\``} to be an object`,
    );
  const names = Object.keys(known);
  const unknown = Object.entries(options).find(
    ([name, value]) => value !== undefined && !Object.hasOwn(known, name),
  )?.[0];
  if (unknown === undefined) return;
  const meant = nearest(unknown, names);
  const hint = meant === undefined ? `known are ${names.join(', ')}` : `did you mean \`${place}${meant}\`?`;
  throw typeError('PROBITY_UNKNOWN_OPTION', `Unknown option \`${place}${unknown}\`, ${hint}`);
}
