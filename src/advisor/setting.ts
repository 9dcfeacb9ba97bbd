import type { Setting } from './program.ts';
import type { Place } from './yaml-place.ts';

/** A time as a message shows it. */
export const shownMs = (ms: number): string => `${ms / 1_000} s`;

/** How one kind of value is read and shown. */
interface Form {
  /** What had to be there, in words. */
  readonly expected: string;
  /** NaN for what it refuses. */
  read(value: string | number | boolean): number;
  show(value: number): string;
}

const wholeNumber = (value: string | number | boolean): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : Number.NaN;

const seconds: Form = {
  expected: 'a whole number of seconds',
  read: (value) => 1_000 * wholeNumber(value),
  show: shownMs,
};
const count: Form = { expected: 'a whole number', read: wholeNumber, show: String };
const duration: Form = { expected: 'a duration with its unit, such as 30s', read: goDuration, show: shownMs };

/**
 * What counts where nothing is written, in seconds, milliseconds or as a count; absent where it is not known, as with
 * what an image brings.
 */
type Default = number | undefined;

/** A number of seconds in a manifest of Kubernetes. @param zeroIsDefault whether 0 stands for the default */
export const secondsAt = (parent: Place, name: string, otherwise: Default, zeroIsDefault = false): Setting =>
  settingAt(parent, name, otherwise === undefined ? undefined : 1_000 * otherwise, seconds, zeroIsDefault);

/** A count. */
export const countAt = (parent: Place, name: string, otherwise: Default): Setting =>
  settingAt(parent, name, otherwise, count, true);

/** A time as compose files spell it: `1m30s`. */
export const durationAt = (parent: Place, name: string, otherwiseMs: Default, zeroIsDefault = false): Setting =>
  settingAt(parent, name, otherwiseMs, duration, zeroIsDefault);

function settingAt(parent: Place, name: string, otherwise: Default, form: Form, zeroIsDefault: boolean): Setting {
  const place = parent.get(name);
  const common = { name, place };
  const usual = {
    ...common,
    ...(otherwise === undefined ? unknown : { value: otherwise, shown: `${form.show(otherwise)} by default` }),
  };
  if (!place.exists) return { ...usual, isWritten: false };
  const text = filledIn(place.scalar ?? '');
  if (text === undefined) return { ...common, ...unknown, isWritten: true };
  const value = form.read(text);
  if (!(value >= 0)) return { ...common, ...unknown, isWritten: true, mistake: form.expected };
  if (value === 0 && zeroIsDefault) return { ...usual, isWritten: true };
  return { ...common, value, shown: form.show(value), isWritten: true };
}

const unknown = { value: undefined, shown: 'not known' } as const;

/**
 * `${NAME:-default}` and `${NAME-default}` of compose, any other `${…}`, `$NAME`, `$(NAME)` of Kubernetes, and `${{NAME}}`
 * of OpenShift.
 */
const variable = /\$\{\{\w+\}\}|\$\{\w+(?::?-([^}]*)|[^}]*)\}|\$\w+|\$\(\w+\)/g;

/** A text with the defaults of the variables in it; absent where one of them has none. */
export function filledIn(value: string | number | boolean): string | number | boolean | undefined {
  if (typeof value !== 'string') return value;
  let isKnown = true;
  const text = value.replaceAll('$$', '\0').replace(variable, (_, otherwise?: string) => {
    isKnown &&= otherwise !== undefined;
    return otherwise ?? '';
  });
  if (!isKnown) return undefined;
  // What stood in a variable's place is a text, though a number was meant.
  return text !== value && /^\d+$/.test(text) ? Number(text) : text.replaceAll('\0', '$');
}

const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function goDuration(value: string | number | boolean): number {
  const text = String(value);
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : Number.NaN;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
}
