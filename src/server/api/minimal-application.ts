import type { RequestListener } from 'node:http';
import type { Answer } from '../../contract/answer.ts';
import { answerOrError } from '../../contract/answer-or-error.ts';
import { replyOf, send } from '../../probes/reply.ts';
import { createEntrance, type EntranceOptions } from '../access/entrance.ts';
import { pathOf } from '../request.ts';

/**
 * In the place of the application, where few operations are served: on the port of the probes, and beside a main thread
 * that may be stuck. Answers without Express.
 *
 * @param answers by the id of an operation
 */
export function createMinimalApplication(
  options: EntranceOptions,
  answers: ReadonlyMap<string, () => Answer> = new Map(),
): RequestListener {
  const { contract, log } = options;
  const enter = createEntrance(options);
  return (request, response) => {
    const entry = enter(request, pathOf(request.url ?? ''));
    if (!entry.ok) return send(response, replyOf(entry.answer));
    const { id } = entry.route;
    const operation = contract.operations.find((one) => one.id === id) ?? contract.errors;
    return send(response, replyOf(answerOrError(contract, operation, log, answers.get(id) ?? unanswered)));
  };
}

function unanswered(): never {
  throw new Error('nobody answers this operation here');
}
