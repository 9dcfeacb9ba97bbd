import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type Context, type Document, type Handler, OpenAPIBackend } from 'openapi-backend';
import type { RouteHandlers } from '../../../generated/contract/fastify.gen.ts';
import type { ProbeOperation, SimulateOperation } from '../../../generated/contract/operations.gen.ts';
import type { Log } from '../../base/log.ts';
import { servedOn } from '../../contract/access.ts';
import type { Answer, ConformingAnswer } from '../../contract/answer.ts';
import { answerOrError } from '../../contract/answer-or-error.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Operation } from '../../contract/operations.ts';
import { problem } from '../../contract/problem.ts';
import { asGet, createRoutes, type Routes } from '../../contract/routes.ts';
import { definitionOf } from './definition.ts';
import { requestMistake } from './request-mistake.ts';

/** A handler for every operation but those that an extension answers. */
export type Handlers = Omit<RouteHandlers, ProbeOperation | SimulateOperation>;

/** Answers every operation with `x-simulate`. */
export type Simulate = (operation: Operation, by: string | undefined) => Promise<Answer>;

/** As much of a request as an answer may depend on. No operation declares a query: any is tolerated, none is read. */
interface RouteRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  /** Who asks: the name of the token, where one is needed. */
  readonly by?: string | undefined;
}

/**
 * Finds the operation of a request, validates the request, calls the handler and holds its answer to the contract. An
 * answer that is frozen is always the same: it is held to the contract, and serialised, once.
 */
export interface Router {
  readonly routes: Routes;
  answer(request: RouteRequest): Promise<ConformingAnswer>;
}

/** Skips the validation of the document: openapi-backend would hold a 3.1 document to the meta-schema of 3.0. */
class Backend extends OpenAPIBackend {
  override validateDefinition(): Document {
    return this.document;
  }
}

export async function createRouter(
  contract: Contract,
  handlers: Handlers,
  simulate: Simulate,
  log: Log,
): Promise<Router> {
  const backend = new Backend({
    definition: definitionOf(contract),
    strict: true,
    ignoreTrailingSlashes: false,
    coerceTypes: true,
    customizeAjv: (_, options) => {
      const ajv = new Ajv2020({ ...options, validateSchema: false, strict: false, verbose: true });
      formats.default(ajv);
      return ajv as never;
    },
    handlers: backendHandlers(contract, handlers, simulate, log),
  });
  await backend.init();

  const routes = createRoutes(servedOn(contract, 'everything'));
  // Who may ask was judged for the operation that was found here: no other one may answer.
  const match: (request: Pick<RouteRequest, 'method' | 'path'>, strict?: boolean) => unknown = (
    { method, path },
    strict,
  ) => {
    const found = routes.match(method, path);
    if (found === undefined && strict) throw new Error('404-notFound');
    return found && backend.router.getOperation(found.id);
  };
  backend.router.matchOperation = match as typeof backend.router.matchOperation;
  return {
    routes,
    answer: ({ method, by, ...request }) =>
      backend.handleRequest(
        { method: asGet(method), query: {}, ...request } as Parameters<Backend['handleRequest']>[0],
        by,
      ),
  };
}

/** Everything that openapi-backend may call: without one of the named handlers it would run the operation all the same. */
function backendHandlers(
  contract: Contract,
  handlers: Handlers,
  simulate: Simulate,
  log: Log,
): Record<string, Handler> {
  const refuse = (context: Context): ConformingAnswer =>
    answerOrError(contract, operationOf(contract, context), log, () =>
      problem(400, requestMistake(context.validation.errors ?? [])),
    );
  const unreachable = (): ConformingAnswer => answerOrError(contract, contract.errors, log, unbound);
  const constants = new WeakMap<Answer, ConformingAnswer>();
  const bound = contract.operations.flatMap((operation): [string, Handler][] => {
    const own = contract.handled.has(operation.id) ? (handlers as Untyped)[operation.id] : undefined;
    const handler = operation.simulate ? ({ by }: HandlerRequest) => simulate(operation, by) : own;
    if (handler === undefined) return [];
    return [
      [
        operation.id,
        (context: Context, by) => call(contract, operation, log, () => handler(requestOf(context, by)), constants),
      ],
    ];
  });
  return {
    ...Object.fromEntries(bound),
    validationFail: refuse,
    notFound: unreachable,
    methodNotAllowed: unreachable,
    notImplemented: (context) => answerOrError(contract, operationOf(contract, context), log, unbound),
    unauthorizedHandler: unreachable,
  };
}

/** The handlers are held to the contract by the compiler where they are written, and by `answerOrError` when they answer. */
type Untyped = Readonly<Record<string, (request: HandlerRequest) => Answer | Promise<Answer>>>;

interface HandlerRequest {
  readonly body: unknown;
  readonly params: unknown;
  readonly by: string | undefined;
}

async function call(
  contract: Contract,
  operation: Operation,
  log: Log,
  handler: () => Answer | Promise<Answer>,
  constants: WeakMap<Answer, ConformingAnswer>,
): Promise<ConformingAnswer> {
  try {
    const answer = await handler();
    const known = constants.get(answer);
    if (known !== undefined) return known;
    const judged = answerOrError(contract, operation, log, () => answer);
    if (isConstant(answer)) constants.set(answer, judged);
    return judged;
  } catch (error) {
    return answerOrError(contract, operation, log, () => {
      throw error;
    });
  }
}

/** Handlers are somebody's code: what they answer need not be an object. */
const isConstant = (answer: Answer | undefined): boolean => answer instanceof Object && Object.isFrozen(answer);

function unbound(): never {
  throw new Error('no handler is bound');
}

const requestOf = ({ request }: Context, by: string | undefined): HandlerRequest => ({
  body: request.requestBody,
  params: request.params,
  by,
});

const operationOf = (contract: Contract, context: Context): Operation =>
  contract.operations.find(({ id }) => id === context.operation.operationId) ?? contract.errors;
