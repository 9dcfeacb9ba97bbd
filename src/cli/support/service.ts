import { type Client, createClient, createConfig } from '../../../generated/client/client/index.ts';
import { plainError } from '../../base/errors.ts';
import { oneLine } from '../../base/shown.ts';
import { Failed } from './exit.ts';

/** What a stranger says is not shown at any length. */
const longestDetail = 300;

/** A running service, asked through the client that is generated from the contract. */
export interface Service {
  /** Its URL without a slash at the end; a path says where an application has mounted it. */
  readonly url: string;
  readonly client: Client;
  /** For each answer, body included. */
  readonly timeoutMs: number;
}

/**
 * The service at a URL. The token is that of PROBITY_TOKEN: an argument would stand in the list of processes.
 *
 * @throws Error naming the URL when it is none
 */
export function serviceAt(url: URL, timeoutMs: number): Service {
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const token = process.env.PROBITY_TOKEN;
  const client = createClient(createConfig({ baseUrl: base, ...(token ? { auth: token } : {}) }));
  client.interceptors.request.use(
    (request) => new Request(request, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' }),
  );
  return { url: base, client, timeoutMs };
}

/** @throws Error naming what is no URL of a service */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password)
    throw plainError('PROBITY_USAGE', `expected a URL without a user, got ${url.protocol}//***`);
  if (url && /^https?:$/.test(url.protocol)) return url;
  // What cannot be read may hold a password anywhere.
  const shown = text.includes('@') ? '***' : JSON.stringify(oneLine(text));
  throw plainError('PROBITY_USAGE', `expected a URL such as http://127.0.0.1:8000, got ${shown}`);
}

/** What the client returns, whichever operation it was asked for. */
interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly response?: Response | undefined;
}

/**
 * The data of an answer.
 *
 * @throws Failed saying what the service said instead, or that it said nothing
 */
export function dataOf<Data>(answer: Answer<Data>, { url, timeoutMs }: Service): Data {
  // An answer that breaks off, or is no JSON, has an error beside its good status.
  if (answer.error === undefined) return answer.data as Data;
  throw new Failed(
    'PROBITY_SERVICE',
    `${url}: ${saying(answer, timeoutMs)}${answer.response?.status === 401 ? tokenHint() : ''}`,
  );
}

const tokenHint = (): string =>
  process.env.PROBITY_TOKEN ? ': PROBITY_TOKEN is none of its tokens' : ': set PROBITY_TOKEN to one of its tokens';

/** Status and, where it is told, the reason (`503 Database not available`), or why there was no answer. */
export function saying({ response, error }: Omit<Answer<unknown>, 'data'>, timeoutMs: number): string {
  if (response === undefined || error instanceof Error) return noAnswer(error as Error, timeoutMs);
  const { detail } = (error ?? {}) as { detail?: unknown };
  return typeof detail === 'string'
    ? `${response.status} ${oneLine(detail.slice(0, longestDetail))}`
    : String(response.status);
}

function noAnswer({ name, message, cause }: Error, timeoutMs: number): string {
  if (name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000}s`;
  const { code, message: why = message } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return `no answer (${code ?? why})`;
}
