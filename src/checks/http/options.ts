import { rangeError, typeError } from '../../base/errors.ts';
import { http } from '../../base/node-http.ts';

/** Whether a status is right. */
export function statusCheck(statuses: readonly number[] | undefined): (status: number) => boolean {
  if (statuses === undefined) return (status) => status >= 200 && status < 300;
  const isStatus = (status: unknown) => Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599;
  if (!Array.isArray(statuses) || statuses.length === 0 || !statuses.every(isStatus)) {
    throw rangeError(
      'PROBITY_OPTION',
      `Expected \`status\` to be a list of statuses from 200 to 599, got \`${JSON.stringify(statuses)}\``,
    );
  }
  const right = new Set<number>(statuses);
  return (status) => right.has(status);
}

const mostBytes = 2 ** 30;

export function checkMaxBytes(maxBytes: number): void {
  if (Number.isSafeInteger(maxBytes) && maxBytes > 0 && maxBytes <= mostBytes) return;
  throw rangeError('PROBITY_OPTION', `Expected \`maxBytes\` to be a positive whole number, got \`${maxBytes}\``);
}

export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      http.validateHeaderName(name);
      http.validateHeaderValue(name, value);
      if (typeof value !== 'string') throw new Error('no string');
    } catch {
      // Not the value: it may be a token.
      throw typeError('PROBITY_OPTION', `Expected \`headers\` to be HTTP headers, got a bad \`${name}\``);
    }
  }
}
