import type { Place } from './place.ts';
import type { Setting } from './program.ts';

/** A time as a message shows it. */
export const shownMs = (ms: number): string => `${ms / 1_000} s`;

/** A number of seconds in a manifest. */
export const secondsAt = (parent: Place, name: string, otherwise: number): Setting =>
  settingAt(parent, name, 1_000 * otherwise, (value) => 1_000 * Number(value), shownMs);

/** A count. */
export const countAt = (parent: Place, name: string, otherwise: number): Setting =>
  settingAt(parent, name, otherwise, Number, String);

/** A time as compose files spell it: `1m30s`. */
export const durationAt = (parent: Place, name: string, otherwiseMs: number): Setting =>
  settingAt(parent, name, otherwiseMs, goDuration, shownMs);

/** What is no number (a variable, as a rule) is taken for the default: nothing can be said of it. */
function settingAt(
  parent: Place,
  name: string,
  otherwise: number,
  read: (value: string | number | boolean) => number,
  show: (value: number) => string,
): Setting {
  const place = parent.get(name);
  const value = place.scalar === undefined ? Number.NaN : read(place.scalar);
  if (value >= 0) return { name, value, shown: show(value), place, isWritten: true };
  return { name, value: otherwise, shown: `${show(otherwise)} by default`, place, isWritten: false };
}

const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function goDuration(value: string | number | boolean): number {
  const text = String(value);
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : Number.NaN;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
}
