import type { Problem } from '../../generated/contract/types.gen.ts';
import { http } from '../base/node-http.ts';
import type { Answer } from './answer.ts';

/** Titles that RFC 9110 gave a new wording which Node does not have yet. */
const titles = { 413: 'Content Too Large' } as Readonly<Record<number, string>>;

type ProblemAnswer<Status extends number> = Answer & {
  readonly status: Status;
  readonly body: Problem & { status: Status; title: never };
};

/** An error answer as RFC 9457 wants it. The contract fixes the titles; a wrong one breaks the answer, not the caller. */
export function problem<Status extends number>(status: Status, detail: string): ProblemAnswer<Status> {
  const title = (titles[status] ?? http.STATUS_CODES[status]) as never;
  return { status, body: { type: 'about:blank', title, status, detail } };
}
