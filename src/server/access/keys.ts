import { proveTokens, type Token } from './options.ts';

/** What tells a token from a guess: their hashes, as the tokens themselves are nobody's to know. */
export interface Keys {
  readonly holders: readonly Holder[];
  /** Whether one is needed: where none was ever configured, who is on this machine needs none. */
  readonly areNeeded: boolean;
}

interface Holder {
  readonly name: string;
  readonly hash: Uint8Array;
}

// Loaded when there is a token: the others need no hashes, and start without them.
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** @throws RangeError when a token is wrong */
export function keysOf(tokens: readonly Token[]): Keys {
  proveTokens(tokens);
  return { holders: tokens.map(({ name, token }) => ({ name, hash: digest(token) })), areNeeded: tokens.length > 0 };
}

/**
 * The name of who holds a token. It is compared with every one, so that the time tells neither whose it is nor how much
 * of it is right.
 */
export function holderOf({ holders }: Keys, token: string): string | undefined {
  const hash = digest(token);
  return holders.filter((holder) => crypto().timingSafeEqual(holder.hash, hash))[0]?.name;
}

const digest = (token: string): Uint8Array => crypto().createHash('sha256').update(token).digest();
