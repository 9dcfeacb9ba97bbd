import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { Log } from '../../base/log.ts';
import { type ConformingAnswer, conforming } from '../../contract/answer.ts';
import type { Contract } from '../../contract/contract.ts';
import { problem } from '../../contract/problem.ts';
import { fail, type Reply, replyOf, send } from '../../probes/reply.ts';
import type { Guard } from '../access/access.ts';
import { createEntrance } from '../access/entrance.ts';
import { boundedLog } from '../bounded-log.ts';
import type { Router } from './router.ts';

/** Bodies are a few properties long. */
const bodyLimit = '4kb';

/** Everything but the probes: refuses what cannot be an operation, reads the body, and asks the router. */
export function createApplication(contract: Contract, router: Router, guard: Guard, log: Log): RequestListener {
  const bounded = boundedLog(log);
  const refuse = (response: Response, answer: Parameters<typeof conforming>[2]): void =>
    reply(response, conforming(contract, contract.errors, answer));

  const enter = createEntrance({ contract, routes: router.routes, guard, log });
  const entrance: RequestHandler = (request, response, next) => {
    if (!isDecodable(request.path))
      return refuse(response, problem(400, 'Expected valid percent-encoding in the path'));
    const entry = enter(request, request.path);
    if (!entry.ok) return reply(response, entry.answer);
    response.locals.by = entry.by;
    return next();
  };

  const requireJson: RequestHandler = (request, response, next) => {
    if (hasBody(request) && !request.is('application/json'))
      return refuse(response, problem(415, 'Expected Content-Type to be application/json'));
    return next();
  };

  const answer: RequestHandler = async (request, response) => {
    const { method, path, headers, body } = request;
    reply(response, await router.answer({ method, path, headers, body, by: response.locals.by }));
  };

  const failed: ErrorRequestHandler = (error, request, response, _next) => {
    if (request.destroyed) return;
    refuse(response, bodyProblem(error, request, bounded));
  };

  const application = express()
    .disable('x-powered-by')
    .use(entrance, requireJson, express.json({ limit: bodyLimit, inflate: false, strict: false }), answer, failed);
  const lastResort = replyOf(conforming(contract, contract.errors, problem(500, 'The request failed')));
  // Without it, Express would answer in HTML, with a stack trace.
  return (request, response) =>
    application(request as Request, response as Response, (error: unknown) => {
      bounded.error({ err: error }, 'request failed');
      fail(response, lastResort);
    });
}

/** Those that are always the same are made once, and hold one buffer. */
const made = new WeakMap<ConformingAnswer, Reply>();

function reply(response: Response, answer: ConformingAnswer): void {
  const known = made.get(answer) ?? replyOf(answer);
  made.set(answer, known);
  send(response, known);
}

/** Many clients send `Content-Length: 0` with a POST that has no body: that is none. */
const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** The problem that an error of the body's parser stands for: it carries a status. Anything else is ours. */
function bodyProblem(
  error: { status?: number; type?: string; message: string },
  { method, path }: Request,
  log: Log,
): ReturnType<typeof problem> {
  if (error.status === 413) return problem(413, `Expected a body of at most ${bodyLimit}`);
  if (error.status === 415) {
    const isEncoded = error.type === 'encoding.unsupported';
    return problem(415, isEncoded ? 'Expected no Content-Encoding' : 'Expected Content-Type with charset=utf-8');
  }
  if (error.status === 400) return problem(400, 'Expected the body to be JSON');
  log.error({ method, path, error: error.message }, 'request failed');
  return problem(500, 'The request failed');
}
