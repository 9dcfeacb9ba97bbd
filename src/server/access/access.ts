import type { IncomingMessage } from 'node:http';
import { createNotice } from '../../base/notice.ts';
import { createTokenBucket } from '../../base/token-bucket.ts';
import { isGuarded, type Protected } from '../../contract/access.ts';
import type { Route } from '../../contract/routes.ts';
import { holderOf, type Keys } from './keys.ts';
import { crossSite, forwardedBy, isFromHere, untrusted } from './origin.ts';

/** Why a request was refused: the words of the metric. */
const refusalReasons = ['missing_token', 'wrong_token', 'token_in_query', 'foreign', 'forwarded'] as const;
type RefusalReason = (typeof refusalReasons)[number];

/** What the guard says of a request: who asks, if that is known, or why it is refused. */
type Admission =
  | { readonly ok: true; readonly by?: string | undefined }
  | {
      readonly ok: false;
      readonly status: 401 | 403 | 429;
      readonly reason: RefusalReason;
      readonly detail: string;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface Guard {
  admit(request: IncomingMessage, route: Route): Admission;
  /** How many requests were refused so far, by reason and whichever thread refused them. */
  refused(): Readonly<Record<RefusalReason, number>>;
  keys(): Keys;
  /** Takes these in the place of those that were there; where a token was ever needed, one stays needed. */
  replaceKeys(keys: Keys): void;
  /** Calls back whenever the keys were replaced. */
  onReplace(notice: () => void): void;
  /** What a guard in another thread has to have in common with this one, beside the keys. */
  readonly shared: SharedGuardState;
}

export interface SharedGuardState {
  readonly protect: readonly Protected[];
  /** Where refusals are counted. */
  readonly counters: SharedArrayBuffer;
}

/** The state of a guard that no other thread has yet. */
export const sharedStateOf = (protect: readonly Protected[]): SharedGuardState => ({
  protect,
  counters: new SharedArrayBuffer(refusalReasons.length * Uint32Array.BYTES_PER_ELEMENT),
});

/** Guards what is not for everybody. */
export function createGuard(given: Keys, shared: SharedGuardState): Guard {
  let keys = given;
  const counts = new Uint32Array(shared.counters);
  const bucket = createTokenBucket();
  const replaced = createNotice();

  const refuse = ({ status, reason, detail }: Refusal): Admission => {
    Atomics.add(counts, refusalReasons.indexOf(reason), 1);
    const wait = bucket.take(performance.now());
    if (wait > 0) return { ok: false, status: 429, reason, detail: tooMany, headers: { 'Retry-After': String(wait) } };
    return { ok: false, status, reason, detail, headers: status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {} };
  };

  return {
    shared,
    keys: () => keys,
    refused: () =>
      Object.fromEntries(refusalReasons.map((reason, index) => [reason, Atomics.load(counts, index)])) as Counts,
    replaceKeys({ holders, areNeeded }) {
      keys = { holders, areNeeded: areNeeded || keys.areNeeded };
      replaced.tell();
    },
    onReplace: replaced.listen,
    admit(request, route) {
      if (!isGuarded(route, shared.protect)) return { ok: true };
      if (!keys.areNeeded) {
        const refusal = notFromHere(request);
        return refusal === undefined ? { ok: true } : refuse(refusal);
      }
      const held = holderIn(request, keys);
      return typeof held === 'string' ? { ok: true, by: held } : refuse(held);
    },
  };
}

type Counts = Record<RefusalReason, number>;

/** Why somebody is not let in. */
interface Refusal {
  readonly status: 401 | 403;
  readonly reason: RefusalReason;
  readonly detail: string;
}

const tooMany = 'Too many attempts have been refused';

const forbidden = (reason: RefusalReason, detail: string): Refusal => ({ status: 403, reason, detail });
const unauthorized = (reason: RefusalReason, detail: string): Refusal => ({ status: 401, reason, detail });

/** Without a token there is no proof of more than where a request comes from, and by what name. */
function notFromHere(request: IncomingMessage): Refusal | undefined {
  if (!isFromHere(request))
    return forbidden('foreign', 'Expected a client on this machine, as no tokens are configured');
  const header = forwardedBy(request);
  if (header !== undefined)
    return forbidden('forwarded', `Expected no proxy between, as no tokens are configured, got the header ${header}`);
  const mistake = untrusted(request);
  return mistake === undefined ? undefined : forbidden('foreign', mistake);
}

/** The name of who has given proof of a token. */
function holderIn(request: IncomingMessage, keys: Keys): string | Refusal {
  const foreign = crossSite(request);
  if (foreign !== undefined) return forbidden('foreign', foreign);
  if (hasTokenInQuery(request.url ?? ''))
    return unauthorized('token_in_query', 'Expected the token in the Authorization header, and none in the query');
  const token = bearerOf(request.headers.authorization);
  if (token === undefined) {
    const where = request.headers.authorization === undefined ? '' : ' in the Authorization header';
    return unauthorized('missing_token', `Expected a bearer token${where}`);
  }
  return holderOf(keys, token) ?? unauthorized('wrong_token', 'Expected a valid bearer token');
}

const bearerOf = (header: string | undefined): string | undefined => /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** URLs stand in logs, histories and Referer headers: a token there is a token lost. */
const hasTokenInQuery = (url: string): boolean => /[?&](access_token|token|bearer|authorization)=/i.test(url);
