import { parseMediaType, preferred } from '../contract/media-type.ts';
import type { ProbeReply } from './request-counts.ts';

/** Of the replies that speak several media types, the one that a request likes best; else the first one. */
export function variantFor(reply: ProbeReply | undefined, accept: string | undefined): ProbeReply | undefined {
  if (reply?.variants === undefined || accept === undefined) return reply;
  const offers = reply.variants.map(({ headers }) => typeOf(headers));
  if (offers.some((offer) => offer === undefined)) return reply;
  const best = preferred(offers as NonNullable<(typeof offers)[number]>[], accept);
  return best === undefined ? reply : reply.variants[best];
}

const typeOf = (headers: readonly string[]): ReturnType<typeof parseMediaType> =>
  parseMediaType(headers[headers.indexOf('Content-Type') + 1] ?? '');
