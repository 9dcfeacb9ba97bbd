import type { Log } from '../base/log.ts';
import { type Answer, type ConformingAnswer, conforming } from './answer.ts';
import type { Contract } from './contract.ts';
import type { Operation } from './operations.ts';
import { problem } from './problem.ts';

/**
 * The answer that `make` gives, or a 500 problem where that one would break the contract: never a lying 200. What broke
 * goes to the log, and nothing of it to the caller.
 */
export function answerOrError(
  contract: Contract,
  operation: Operation,
  log: Log,
  make: () => Answer,
): ConformingAnswer {
  try {
    return conforming(contract, operation, make());
  } catch (error) {
    log.error({ operation: operation.id, error: messageOf(error) }, 'answer withheld: it breaks the contract');
    return conforming(contract, contract.errors, problem(500, 'The answer would have broken the contract'));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
