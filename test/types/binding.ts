// Compiled, never run: what must not compile does not, and what must does. Every line below a `@ts-expect-error` is a
// promise that the compiler keeps for those who write handlers.
import { problem } from '../../src/contract/problem.ts';
import type { Handlers } from '../../src/server/api/router.ts';

declare const handlers: Handlers;
const { getCheck, ...rest } = handlers;

export const complete: Handlers = { ...rest, getCheck };

// @ts-expect-error: an operation of the contract has no handler.
export const missing: Handlers = { ...rest };

// @ts-expect-error: the contract has no such operation.
export const unknown: Handlers = { ...rest, getCheck, getWeather: getCheck };

// @ts-expect-error: probes are answered from prepared replies, not by a handler.
export const probe: Handlers = { ...rest, getCheck, getHealth: () => ({ status: 200, body: { status: 'up' } }) };

// @ts-expect-error: so are the operations with `x-simulate`, by setting and clearing their fault.
export const simulate: Handlers = { ...rest, getCheck, simulateDbFailure: () => ({ status: 500 }) };

export const text: Handlers['getMetrics'] = async () => ({ status: 200, body: 'a 1\n' });
export const empty: Handlers['clearFaults'] = () => ({ status: 204 });
export const headers: Handlers['clearFaults'] = () => ({ status: 204, headers: { 'X-More': 'yes' } });
export const notFound: Handlers['getCheck'] = () => problem(404, 'No such check');
export const named: Handlers['getCheck'] = ({ params }) => problem(404, params.check.toUpperCase());

// @ts-expect-error: 404 is not declared for this operation.
export const undeclared: Handlers['getMetrics'] = () => problem(404, 'No metrics');

// @ts-expect-error: an answer has a status.
export const withoutStatus: Handlers['getMetrics'] = () => ({ body: 'a 1\n' });

// @ts-expect-error: this body is text.
export const wrongBody: Handlers['getMetrics'] = () => ({ status: 200, body: { up: 1 } });

// @ts-expect-error: this is the body of another status.
export const otherBody: Handlers['getCheck'] = () => ({ status: 200, body: problem(404, 'No such check').body });

// @ts-expect-error: a body is declared.
export const withoutBody: Handlers['getMetrics'] = () => ({ status: 200 });

// @ts-expect-error: 204 has no body.
export const bodyOn204: Handlers['clearFaults'] = () => ({ status: 204, body: {} });

// @ts-expect-error: a word that the contract does not have.
export const wrongWord: Handlers['listFaults'] = () => ({ status: 200, body: { faults: [{ kind: 'flood' }] } });

// @ts-expect-error: this path has no such parameter.
export const wrongParameter: Handlers['getCheck'] = ({ params }) => problem(404, params.name);

// @ts-expect-error: this operation takes no parameters.
export const noParameters: Handlers['getMetrics'] = ({ params }) => ({ status: 200, body: params.check });

export const body: Handlers['setFault'] = ({ body: { kind } }) => problem(404, kind);

// @ts-expect-error: only a latency has a delay.
export const otherFault: Handlers['setFault'] = ({ body }) => problem(404, `${body.delayMs}`);
