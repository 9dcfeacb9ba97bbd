import type { IncomingMessage } from 'node:http';
import type { Log } from '../../base/log.ts';
import { type ConformingAnswer, conforming } from '../../contract/answer.ts';
import type { Contract } from '../../contract/contract.ts';
import { problem } from '../../contract/problem.ts';
import { type Route, type Routes, refusalOf } from '../../contract/routes.ts';
import type { Guard } from './access.ts';

/** What comes of a request before anybody answers it: who asks for which operation, or why nobody will. */
type Entry =
  | { readonly ok: true; readonly route: Route; readonly by: string | undefined }
  | { readonly ok: false; readonly answer: ConformingAnswer };

type Entrance = (request: IncomingMessage, path: string) => Entry;

export interface EntranceOptions {
  readonly contract: Contract;
  /** Those of the listener: what is not among them is not there. */
  readonly routes: Routes;
  readonly guard: Guard;
  readonly log: Log;
}

/** Decides for every listener alike. Probes alone don't come here: they are open, and answered before. */
export function createEntrance({ contract, routes, guard, log }: EntranceOptions): Entrance {
  return (request, path) => {
    const { method = '' } = request;
    const route = routes.match(method, path);
    if (route === undefined) return { ok: false, answer: refusalOf(contract, routes, method, path) };
    const admission = guard.admit(request, route);
    if (admission.ok) return { ok: true, route, by: admission.by };
    const { status, detail, reason, headers } = admission;
    // Those that are over the limit are counted, and don't fill the log.
    if (status !== 429) log.warn({ method, path, reason }, 'access refused');
    return { ok: false, answer: conforming(contract, contract.errors, { ...problem(status, detail), headers }) };
  };
}
