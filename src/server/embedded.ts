import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { rangeError } from '../base/errors.ts';
import { servedOn } from '../contract/access.ts';
import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { pathsOf } from '../contract/paths.ts';
import { createRoutes } from '../contract/routes.ts';
import { type Reply, send } from '../probes/reply.ts';
import { isMounted, lacksSlash, redirectToSlash } from './mount.ts';
import { inTurn } from './pipelining.ts';
import { malformed, pathOf } from './request.ts';
import { answerRequests, type ProbeServerOptions } from './server.ts';

/** A handler in the manner of Node, Connect and Express. */
export type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

interface EmbeddedOptions extends ProbeServerOptions {
  readonly contract: Contract;
  /** The paths that are taken at the root of an application as well. */
  readonly atRoot: readonly string[];
  readonly notFound: (method: string, path: string) => Reply;
  /** Called with each request: the checks start with the first one. */
  readonly onUse: () => void;
}

/**
 * Takes the paths of the contract, and leaves everything else to `next`; without a `next` there is nothing else, and
 * the whole contract is served. Paths count from where the handler is mounted. It returns nothing, whatever becomes of
 * the request: to some frameworks a promise is an answer of its own.
 *
 * @throws RangeError when `atRoot` names what is no path that an application is left
 */
export function createHandler(options: EmbeddedOptions): Handler {
  const { contract, atRoot, notFound, onUse } = options;
  const answer: RequestListener = answerRequests(options, { remember() {} });
  const refuse = inTurn((request, response) =>
    send(response, notFound(request.method ?? '', pathOf(request.url ?? ''))),
  );
  // What is not served, as an operation of a document of one's own without an extension, is the application's.
  const all = createRoutes(servedOn(contract, 'everything'));
  const beside = createRoutes(servedAtRoot(contract, atRoot));

  return (request, response, next) => {
    onUse();
    const path = pathOf(request.url ?? '');
    // Under a path nobody is taken by surprise.
    const taken = next === undefined || isMounted(request) ? all : beside;
    if (taken.has(path)) {
      if (lacksSlash(request) && malformed(request) === undefined) redirectToSlash(request, response);
      else answer(request, response);
    } else if (next !== undefined) next();
    // Without a `next` there is no application behind: what cannot be an operation is refused as it is on a port of ours.
    else if (malformed(request) === undefined) refuse(request, response);
    else answer(request, response);
  };
}

function servedAtRoot(contract: Contract, atRoot: readonly string[]): Operation[] {
  const everything = servedOn(contract, 'everything');
  const beside = servedOn(contract, 'beside');
  const left = everything.filter((operation) => !beside.includes(operation));
  const paths = left.flatMap(pathsOf);
  const unknown = atRoot.find((path) => !paths.includes(path));
  if (unknown !== undefined)
    throw rangeError(
      'PROBITY_OPTION',
      `Expected \`atRoot\` to name what an application is left at its root (${paths.join(', ')}), got \`${unknown}\``,
    );
  return [...beside, ...left.filter((operation) => pathsOf(operation).some((path) => atRoot.includes(path)))];
}
