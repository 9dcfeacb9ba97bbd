import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Reason } from '../../../generated/contract/types.gen.ts';
import type { Known } from '../../base/known-options.ts';
import { http as nodeHttp } from '../../base/node-http.ts';
import { type CheckDefinition, CheckFailure, type CheckOptions } from '../../health/checker.ts';
import { proveOptions } from '../kit/options.ts';
import { explainer } from '../kit/reason.ts';
import { lookup } from '../kit/socket.ts';
import {
  type Certificates,
  seenCertificates,
  type TlsMaterial,
  tlsMaterial,
  tlsWith,
  type WithTls,
} from '../kit/tls.ts';
import { jsonBodyCheck } from './json-body.ts';
import { checkHeaders, checkMaxBytes, statusCheck } from './options.ts';
import { httpUrl } from './url.ts';

export interface HttpOptions {
  /** The statuses that are right; any 2xx when left out. A 3xx that is named here is not followed. */
  status?: readonly number[] | undefined;
  /** A JSON Schema (2020-12) that the body has to fulfil. */
  schema?: Readonly<Record<string, unknown>> | undefined;
  /** The largest body that is taken; 65,536 when left out. */
  maxBytes?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

interface Expected {
  isRightStatus(status: number): boolean;
  /** Throws when the body is wrong. */
  checkBody(body: Buffer): void;
  maxBytes: number;
}

const ownOptions: Known<HttpOptions & WithTls> = {
  status: true,
  schema: true,
  maxBytes: true,
  headers: true,
  tls: true,
};

const mostRedirects = 5;

/**
 * Checks an HTTP service with a GET: the status, and the body if wanted. The deadline of the run covers it all, from
 * the look-up of the name to the last byte of the body.
 */
export function http(url: string, options: HttpOptions & WithTls & CheckOptions = {}): CheckDefinition {
  proveOptions(options, ownOptions);
  const { status, schema, maxBytes = 65_536, headers = {}, tls, ...run } = options;
  const target = httpUrl(url);
  const material = tlsWith(tls, url, target.protocol === 'https:', 'https');
  const elsewhere = tlsMaterial(tls && { ca: tls.ca });
  const certificates = seenCertificates();
  checkMaxBytes(maxBytes);
  checkHeaders(headers);
  const checkBody = schema === undefined ? () => {} : jsonBodyCheck(schema);
  const expected = { isRightStatus: statusCheck(status), checkBody, maxBytes };
  const check = async (signal: AbortSignal): Promise<void> => {
    try {
      await getAndCheck({ url: target, headers, material, elsewhere, certificates }, expected, signal);
    } catch (error) {
      // Node speaks of the socket that the abort destroyed.
      throw signal.aborted ? signal.reason : error;
    }
  };
  return { ...run, checker: { check, explain, certificateExpiry: certificates.expiry } };
}

/** What a request goes to, and what is said to that origin alone: the credentials stand in the URL. */
interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly material: () => TlsMaterial;
  /** The same for other origins: the authorities alone. */
  readonly elsewhere: () => TlsMaterial;
  readonly certificates: Certificates;
}

async function getAndCheck(target: Target, expected: Expected, signal: AbortSignal): Promise<void> {
  let asked = target;
  for (let requests = 0; requests <= mostRedirects; requests += 1) {
    const response = await get(asked, signal);
    try {
      const status = response.statusCode ?? 0;
      const next = expected.isRightStatus(status) ? undefined : redirection(status, response.headers.location, asked);
      if (next === undefined) return await checkResponse(status, response, expected);
      asked = next;
    } finally {
      response.destroy();
    }
  }
  throw new CheckFailure('unexpected_response', `More than ${mostRedirects} redirects`);
}

/**
 * One request on a connection of its own, as the kubelet does it: it shows whether new connections are taken, resolves
 * the name anew, and can't meet a kept connection that the server is just closing, which would be a false alarm.
 */
function get({ url, headers, material, certificates }: Target, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // TLS is loaded where it is spoken.
    const { get: send } = url.protocol === 'https:' ? process.getBuiltinModule('node:https') : nodeHttp;
    const all = { 'user-agent': 'probity', ...headers };
    const request = send(url, { ...material(), agent: false, headers: all, lookup, signal });
    request.on('error', reject);
    refuseOtherEnds(request, reject);
    request.on('response', (response) => {
      certificates.see(response.socket);
      // What breaks during the body is said here; the response would only know that it was cut off.
      request.on('error', (error) => response.destroy(error));
      resolve(response);
    });
  });
}

/** More interim answers than that lead to no answer: a server may send a few before the one that counts. */
const mostInterim = 10;

/**
 * What ends a request without a response, and without an error that Node would tell: another protocol that nobody asked
 * for, interim answers without end, a connection that goes in between.
 */
function refuseOtherEnds(request: ClientRequest, reject: (error: unknown) => void): void {
  let interim = 0;
  request.on('information', ({ statusCode }) => {
    interim += 1;
    if (interim > mostInterim)
      request.destroy(new CheckFailure('unexpected_response', `More than ${mostInterim} answers of ${statusCode}`));
  });
  request.on('upgrade', (_, socket) => {
    socket.on('error', () => {});
    socket.destroy();
    reject(new CheckFailure('unexpected_response', 'The status is 101'));
  });
  request.on('close', () => reject(new CheckFailure('unavailable', 'The connection was closed before an answer')));
}

/**
 * Where a redirect leads; undefined when it is none. To another host it is not followed, nor out of TLS: who answers at
 * the URL may not choose whom this process calls. To another port or into TLS it is followed, without the credentials
 * and the headers, which are for the origin that they were configured for; not even a way back there gets them again.
 */
function redirection(status: number, location: string | undefined, from: Target): Target | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const to = URL.parse(location, from.url.href);
  const isSafe =
    to && to.hostname === from.url.hostname && (to.protocol === from.url.protocol || to.protocol === 'https:');
  if (!isSafe) throw new CheckFailure('unexpected_response', `A redirect (${status}) to another host or out of TLS`);
  const isSameOrigin = to.origin === from.url.origin;
  // A Location has no say in the credentials.
  to.username = isSameOrigin ? from.url.username : '';
  to.password = isSameOrigin ? from.url.password : '';
  return isSameOrigin ? { ...from, url: to } : { ...from, url: to, headers: {}, material: from.elsewhere };
}

async function checkResponse(status: number, response: IncomingMessage, expected: Expected): Promise<void> {
  if (!expected.isRightStatus(status)) throw new CheckFailure('unexpected_response', `The status is ${status}`);
  expected.checkBody(await bodyOf(response, expected.maxBytes));
}

/** The whole body, looked at or not: a response that never ends is no good answer. */
async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new CheckFailure('unexpected_response', `The body is larger than ${maxBytes} bytes`);
  if (Number(response.headers['content-length']) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** HPE: what Node's HTTP parser calls its errors. */
const explain: (error: unknown) => Reason = explainer(({ code }) => (code.startsWith('HPE_') ? 'protocol' : undefined));
