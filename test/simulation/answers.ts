import { conforming } from '../../src/contract/answer.ts';
import { builtinContract } from '../../src/contract/builtin.ts';
import type { Contract } from '../../src/contract/contract.ts';
import type { Operation } from '../../src/contract/operations.ts';
import type { PreparedReplies } from '../../src/probes/prepared.ts';
import type { Reply } from '../../src/probes/reply.ts';
import type { OperationId } from '../support.ts';
import type { Oracle } from './oracle.ts';

/** What a replica answers, held to the oracle and to the contract. */
export interface Answers {
  /** Asks every probe. */
  probe(): void;
  /** Asks for another operation; its answer may take a while. */
  request(id: OperationId, ask: () => unknown): void;
  /** The requests that nobody has answered yet. */
  unanswered(): readonly string[];
}

export interface AnswersOptions {
  readonly replies: Pick<PreparedReplies, 'get'>;
  readonly oracle: Oracle;
  now(): number;
  complain(what: string): void;
}

export const contract: Contract = builtinContract(true);
const probes = contract.operations.filter(({ probe }) => probe !== undefined);

export function createAnswers({ replies, oracle, now, complain }: AnswersOptions): Answers {
  const unanswered = new Set<string>();
  const judged = new WeakSet<Reply>();

  const probe = (operation: Operation): void => {
    const { path } = operation;
    const reply = replies.get(path) as Reply;
    const { mayBeOk, mayFail, why } = oracle.verdict(operation.probe as NonNullable<Operation['probe']>);
    if (!(reply.status < 300 ? mayBeOk : mayFail))
      complain(`${path} answers ${reply.status} ${reply.text}, but ${why()}`);
    if (judged.has(reply)) return;
    judged.add(reply);
    if (!isValid(operation, reply)) complain(`${path} answers what the contract does not allow: ${reply.text}`);
  };

  const request = async (id: OperationId, ask: () => unknown): Promise<void> => {
    const operation = contract.operations.find((one) => one.id === id) as Operation;
    const name = `${id} at ${now()}`;
    unanswered.add(name);
    try {
      conforming(contract, operation, (await ask()) as { status: number });
    } catch (error) {
      complain(`${id} has no valid answer: ${error}`);
    }
    unanswered.delete(name);
  };

  return {
    probe: () => probes.forEach(probe),
    request: (id, ask) => void request(id, ask),
    unanswered: () => [...unanswered],
  };
}

/** Judges the bytes, as a prober that reads the contract would. */
function isValid({ responses }: Operation, { status, headers, body }: Reply): boolean {
  const declared = responses.get(status);
  const sent = new Map(headers.flatMap((name, at) => (at % 2 ? [] : [[name, headers[at + 1]]])));
  const content = declared?.content[0];
  if (declared === undefined || sent.get('Content-Type') !== content?.key) return false;
  if (sent.get('Content-Length') !== (status === 204 ? undefined : String(body.length))) return false;
  if (content?.schema === undefined) return body.length === 0;
  return contract.validators[content.schema.ref]?.(JSON.parse(body.toString())) ?? false;
}
