import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { servedOn } from '../contract/access.ts';
import type { Contract } from '../contract/contract.ts';
import { createRoutes } from '../contract/routes.ts';
import { type Reply, send } from '../probes/reply.ts';
import { inTurn } from './pipelining.ts';
import { malformed, pathOf } from './request.ts';
import { answerRequests, type ProbeServerOptions } from './server.ts';

/** A handler in the manner of Node, Connect and Express. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;

interface EmbeddedOptions extends ProbeServerOptions {
  readonly contract: Contract;
  readonly notFound: (method: string, path: string) => Reply;
  /** Called with each request: the checks start with the first one. */
  readonly onUse: () => void;
}

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
  // What is not served, as an operation of a document of one's own without an extension, is the application's.
  const all = createRoutes(servedOn(contract, 'everything'));
  const atRoot = createRoutes(servedOn(contract, 'beside'));

  return (request, response, next) => {
    onUse();
    const url = request.url ?? '';
    const path = pathOf(url);
    // Express says where a handler is mounted; there, nobody is taken by surprise.
    const { baseUrl = '' } = request as { baseUrl?: string };
    const taken = next === undefined || baseUrl !== '' ? all : atRoot;
    if (taken.has(path)) return answer(request, response);
    if (next !== undefined) return next();
    // Without a `next` there is no application behind: what cannot be an operation is refused as it is on a port of ours.
    return malformed(request) === undefined ? refuse(request, response) : answer(request, response);
  };
}
