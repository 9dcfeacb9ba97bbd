import type { RequestListener } from 'node:http';
import { checked } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import { problem } from '../contract/problem.ts';
import { pathOf } from './guard.ts';
import { replyOf, send } from './reply.ts';

/** Refuses whatever is no probe: for the port of the probes, where everything else has a port of its own. */
export function probesAlone(contract: Contract): RequestListener {
  const probes = new Set(contract.operations.filter(({ probe }) => probe !== undefined).map(({ path }) => path));
  return (request, response) => {
    const path = pathOf(request.url as string);
    const detail = `No operation for ${request.method} ${path}`;
    const answer = probes.has(path)
      ? { ...problem(405, detail), headers: { Allow: 'GET, HEAD' } }
      : problem(404, detail);
    send(response, replyOf(checked(contract, contract.errors, answer)));
  };
}
