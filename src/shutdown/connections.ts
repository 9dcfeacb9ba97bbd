import { typeError } from '../base/errors.ts';
import { type HttpServer, type Traffic, watchTraffic } from './traffic.ts';
import { sendAway, type UnderWay } from './under-way.ts';

/** One server on its way out, with what is open on it. */
export interface ManagedServer {
  /** From now on every answer asks its client to connect anew, those under way included as far as they can. */
  announce(): void;
  /** Stops accepting, closes what is idle, ends what never ends by itself, and waits for the rest. */
  close(): Promise<void>;
  /** What is still open, in words for people. */
  open(): string[];
  /** Takes what listens to the server off again. */
  release(): void;
}

/** @throws TypeError when something is no server of HTTP */
export function proveHttpServer(server: unknown): asserts server is HttpServer {
  const given = Object(server);
  if (typeof given.on === 'function' && ('closeIdleConnections' in given || 'updateSettings' in given)) return;
  const shown = server === null || server === undefined ? server : (given.constructor?.name ?? typeof server);
  throw typeError(
    'PROBITY_SERVER',
    `Expected \`manage\` to be given servers of HTTP, as \`createServer\` makes them, got \`${shown}\``,
  );
}

/** How often it is looked after what is still open, in milliseconds. */
const sweepMs = 250;

/** For how long the rest of a request is waited for that does not come, in milliseconds. */
const stalledMs = 1_000;

/**
 * Why not http-terminator: it decides by the private `socket._httpMessage`, waits by polling, takes a WebSocket for an
 * idle connection and destroys it, cuts event streams at its time-out, knows nothing of HTTP/2, and brings ten packages.
 * What Node's own `closeIdleConnections` lacks is little: answers that say `Connection: close`, streams that are told
 * apart, and an end to connections that have never sent a whole request.
 */
export function manageServer(server: HttpServer): ManagedServer {
  let isClosing = false;
  let closing: Promise<void> | undefined;
  const traffic = watchTraffic(server, (work) => {
    if (isClosing) work.announce();
  });
  const { underWay, sessions } = traffic;

  return {
    announce() {
      isClosing = true;
      for (const work of underWay) work.announce();
      for (const session of sessions) sendAway(session);
    },
    close() {
      isClosing = true;
      closing ??= closeServer(server, traffic);
      return closing;
    },
    open: () => [...underWay].map(({ label }) => label),
    release: traffic.release,
  };
}

async function closeServer(server: HttpServer, { underWay, sessions, sockets, release }: Traffic): Promise<void> {
  // One turn more: what has arrived already is read, and what knocks is let in.
  await new Promise((resolve) => setImmediate(resolve));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  for (const session of sessions) session.close();
  const sweep = sweeping(underWay, sockets);
  sweep();
  const timer = setInterval(sweep, sweepMs);
  await closed;
  clearInterval(timer);
  release();
}

/**
 * Ends what would never end by itself, and once nothing has been under way for a while the connections that are left:
 * they have never sent a whole request.
 */
function sweeping(underWay: ReadonlySet<UnderWay>, sockets: ReadonlySet<{ destroy(): unknown }>): () => void {
  const ended = new WeakSet<UnderWay>();
  const isStalled = stalling();
  let wasQuiet = false;
  return () => {
    for (const work of underWay) {
      if (work.isEndless() && !ended.has(work)) {
        ended.add(work);
        work.end();
      } else if (isStalled(work)) work.destroy();
    }
    const isQuiet = underWay.size === 0;
    if (isQuiet && wasQuiet) for (const socket of sockets) socket.destroy();
    wasQuiet = isQuiet;
  };
}

/** Tells whether nothing has come of a request for too long that is waited for. */
function stalling(): (work: UnderWay) => boolean {
  const seen = new WeakMap<UnderWay, { bytes: number; since: number }>();
  return (work) => {
    const bytes = work.awaited();
    const before = seen.get(work);
    const now = performance.now();
    if (bytes === undefined) seen.delete(work);
    else if (bytes !== before?.bytes) seen.set(work, { bytes, since: now });
    else return now - before.since >= stalledMs;
    return false;
  };
}
