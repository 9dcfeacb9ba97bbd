import { usualProbe } from '../../base/usual-probe.ts';
import { parseUrl, saying, serviceAt } from './service.ts';

/** What a probe said. */
export interface Probed {
  /** The URL that was asked, without its query. */
  readonly url: string;
  readonly ok: boolean;
  /** Status and reason, or why there was no answer. */
  readonly says: string;
}

/**
 * Asks a probe once: the path of the URL, be it of Probity's contract or not, or else readiness.
 *
 * @throws Error when the URL is none
 */
export async function probe(url: string, timeoutMs: number): Promise<Probed> {
  const { origin, pathname, search } = parseUrl(url);
  const path = pathname === '/' ? usualProbe : pathname;
  const { client } = serviceAt(new URL(origin), timeoutMs);
  const { response, error } = await client.get({ url: path + search, parseAs: 'text' });
  return { url: origin + path, ok: error === undefined, says: saying({ response, error }, timeoutMs) };
}
