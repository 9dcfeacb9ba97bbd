import type { IncomingMessage } from 'node:http';
import type { Operation } from '../contract/operations.ts';
import type { Access, Protected, Token } from './access-options.ts';
import { crossSite, isFromHere, mayNotChange } from './guard.ts';
import { holderOf, type Keys, keysOf } from './keys.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Why a request was refused: the words of the metric. */
export const refusals = ['missing_token', 'wrong_token', 'token_in_query', 'foreign'] as const;
export type RefusalReason = (typeof refusals)[number];

/** What the guard says of a request: who asks, if that is known, or why it is refused. */
export type Judgement =
  | { readonly ok: true; readonly by?: string | undefined }
  | {
      readonly ok: false;
      readonly status: 401 | 403 | 429;
      readonly reason: RefusalReason;
      readonly detail: string;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface Guard {
  judge(request: IncomingMessage, operation: Operation): Judgement;
  /** How many requests were refused so far, by reason. */
  refused(): Readonly<Record<RefusalReason, number>>;
  /**
   * Takes these tokens in the place of those that were there. Where one was ever needed, one stays needed, also when
   * there is none left.
   *
   * @throws RangeError when one is wrong; then the old ones stay.
   */
  replaceTokens(tokens: readonly Token[]): void;
}

const groups: Readonly<Record<string, Protected | 'simulation'>> = {
  listChecks: 'checks',
  getCheck: 'checks',
  getFleet: 'checks',
  getMetrics: 'metrics',
  getContract: 'docs',
  getDocs: 'docs',
  getDashboard: 'docs',
  listFaults: 'simulation',
};

/** What changes anything is guarded, whatever it is called. */
const groupOf = ({ id, method, simulate }: Operation): Protected | 'simulation' | undefined =>
  simulate !== undefined || (method !== 'get' && method !== 'head') ? 'simulation' : groups[id];

/** Guards what is not for everybody; probes never come here. */
export function createGuard({ tokens, protect }: Access): Guard {
  let keys: Keys = keysOf(tokens);
  const counts: Record<RefusalReason, number> = { missing_token: 0, wrong_token: 0, token_in_query: 0, foreign: 0 };
  const bucket = createTokenBucket();

  const refuse = (reason: RefusalReason, status: 401 | 403, detail: string): Judgement => {
    counts[reason] += 1;
    const waitSeconds = bucket.take(performance.now());
    if (waitSeconds > 0)
      return {
        ok: false,
        status: 429,
        reason,
        detail: 'Too many attempts have been refused',
        headers: { 'Retry-After': String(waitSeconds) },
      };
    const headers: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
    return { ok: false, status, reason, detail, headers };
  };

  return {
    refused: () => ({ ...counts }),
    replaceTokens(next) {
      const { holders, areNeeded } = keysOf(next);
      keys = { holders, areNeeded: areNeeded || keys.areNeeded };
    },
    judge(request, operation) {
      const group = groupOf(operation);
      if (group === undefined || (group !== 'simulation' && !protect.includes(group))) return { ok: true };
      const foreign = keys.areNeeded ? crossSite(request) : notFromHere(request);
      if (foreign !== undefined) return refuse('foreign', 403, foreign);
      if (!keys.areNeeded) return { ok: true };
      if (hasTokenInQuery(request.url ?? ''))
        return refuse('token_in_query', 401, 'Expected the token in the Authorization header, and none in the query');
      const token = bearerOf(request.headers.authorization);
      if (token === undefined) return refuse('missing_token', 401, 'Expected a bearer token');
      const by = holderOf(keys, token);
      return by === undefined ? refuse('wrong_token', 401, 'Expected a valid bearer token') : { ok: true, by };
    },
  };
}

/** Without a token there is no proof of more than where a request comes from, and by what name. */
const notFromHere = (request: IncomingMessage): string | undefined =>
  isFromHere(request) ? mayNotChange(request) : 'Expected a client on this machine';

const bearerOf = (header: string | undefined): string | undefined => /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** URLs stand in logs, histories and Referer headers: a token there is a token lost. */
const hasTokenInQuery = (url: string): boolean => /[?&](access_token|token|bearer|authorization)=/i.test(url);
