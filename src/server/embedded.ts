import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Contract, isServed } from '../contract/contract.ts';
import { malformed, pathOf } from './guard.ts';
import { type Reply, send } from './reply.ts';
import { answerRequests, type ProbeServerOptions } from './server.ts';
import { inTurn } from './turns.ts';

/** A handler in the manner of Node, Connect and Express. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;

export interface EmbeddedOptions extends ProbeServerOptions {
  readonly contract: Contract;
  readonly notFound: (method: string, path: string) => Reply;
  /** Called with each request: the checks start with the first one. */
  readonly onUse: () => void;
}

/** What an application probably has for itself: at its root these are left to it, and under a mount path they are not. */
const applicationsOwn = new Set(['getDashboard', 'getDocs', 'getContract', 'getMetrics']);

/**
 * Takes the paths of the contract, and leaves everything else to `next`; without a `next` there is nothing else, and
 * the whole contract is served. Paths count from where the handler is mounted.
 */
export function createHandler(options: EmbeddedOptions): Handler {
  const { contract, notFound, onUse } = options;
  const answer: RequestListener = answerRequests(options, { remember() {} });
  const refuse = inTurn((request, response) =>
    send(response, notFound(request.method ?? '', pathOf(request.url ?? ''))),
  );
  // Operations of a document of one's own that have no extension are the application's.
  const served = contract.operations.filter((operation) => isServed(contract, operation));
  const all = served.map(({ path }) => templateOf(path));
  const atRoot = served.filter(({ id }) => !applicationsOwn.has(id)).map(({ path }) => templateOf(path));

  return (request, response, next) => {
    onUse();
    const url = request.url ?? '';
    const path = pathOf(url);
    // Express says where a handler is mounted; there, nobody is taken by surprise.
    const { baseUrl = '' } = request as { baseUrl?: string };
    const taken = next === undefined || baseUrl !== '' ? all : atRoot;
    if (taken.some((template) => template.test(path))) return answer(request, response);
    if (next !== undefined) return next();
    // Without a `next` there is no application behind: what cannot be an operation is refused as it is on a port of ours.
    return malformed(request) === undefined ? refuse(request, response) : answer(request, response);
  };
}

/** `/checks/{check}` as an expression. */
function templateOf(path: string): RegExp {
  const parts = path.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
