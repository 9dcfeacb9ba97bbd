import { describe, expect, it } from 'vitest';
import { type Answer, ContractViolation, conforming } from '../../src/contract/answer.ts';
import { problem } from '../../src/contract/problem.ts';
import { builtin, changedContract, type OperationId, operationOf } from '../support.ts';

const judge = (id: OperationId, answer: Answer, contract = builtin) =>
  conforming(contract, operationOf(contract, id), answer);

const report = {
  lifecycle: 'started',
  live: true,
  ready: true,
  degraded: false,
  checks: [],
  process: { uptimeSeconds: 1.5, rssBytes: 1, heapUsedBytes: 1, eventLoopDelayMs: 0 },
};

describe('an answer', () => {
  it('comes out serialised, with the media type and the constant headers of the contract', () => {
    expect(judge('getHealth', { status: 200, body: { status: 'up' } })).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
      body: '{"status":"up"}',
    });
    expect(judge('getMetrics', { status: 200, body: 'a 1\n' })).toMatchObject({
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      body: 'a 1\n',
    });
  });

  it('has no body and no Content-Type where none is declared', () => {
    expect(judge('getAlive', { status: 204 })).toEqual({ status: 204, headers: { 'Cache-Control': 'no-store' } });
    expect(judge('getAlive', { status: 503 })).toEqual({ status: 503, headers: { 'Cache-Control': 'no-store' } });
  });

  it('may have headers that the contract does not speak of', () => {
    const answer = { status: 200, body: '<p>', headers: { 'Content-Security-Policy': "default-src 'none'" } };
    expect(judge('getDocs', answer).headers).toMatchObject(answer.headers);
  });

  it.each<[string, OperationId, Answer, RegExp]>([
    ['an undeclared status', 'getHealth', { status: 201, body: {} }, /^getHealth 201: undeclared status$/],
    ['no status at all', 'getHealth', {} as Answer, /undeclared status$/],
    ['a body on 204', 'getAlive', { status: 204, body: {} }, /^getAlive 204: a body where none is declared$/],
    ['an empty body on 204', 'getAlive', { status: 204, body: '' }, /a body where none is declared$/],
    ['no body', 'getHealth', { status: 200 }, /^getHealth 200: no body where application\/json is declared$/],
    [
      'a wrong body',
      'getHealth',
      { status: 200, body: { status: 'down' } },
      /^getHealth 200: body\/status must be equal to constant, got "down" \(#\/components\/schemas\/Alive\/properties\/status\/const\)$/,
    ],
    ['null for a body', 'getHealth', { status: 200, body: null }, /body must be object/],
    ['a body with more than is declared', 'getHealth', { status: 200, body: { status: 'up', dsn: 's' } }, /additional/],
    ['text where JSON is declared', 'getHealth', { status: 200, body: '{"status":"up"}' }, /body must be object/],
    ['JSON where text is declared', 'getMetrics', { status: 200, body: { up: 1 } }, /body must be string/],
    ['the body of another status', 'getHealth', { status: 503, body: { status: 'up' } }, /^getHealth 503: body /],
    [
      'a header that is not what the contract fixes',
      'getHealth',
      { status: 200, body: { status: 'up' }, headers: { 'Cache-Control': 'max-age=60' } },
      /^getHealth 200: header Cache-Control must be equal to constant/,
    ],
    [
      'such a header in another case',
      'getHealth',
      { status: 200, body: { status: 'up' }, headers: { 'cache-control': 'max-age=60' } },
      /header cache-control/i,
    ],
    [
      'another media type than the declared one',
      'getHealth',
      { status: 200, body: { status: 'up' }, headers: { 'Content-Type': 'text/html' } },
      /Content-Type/,
    ],
    [
      'a number that JSON has no word for',
      'listChecks',
      { status: 200, body: { ...report, process: { ...report.process, eventLoopDelayMs: Number.POSITIVE_INFINITY } } },
      /eventLoopDelayMs must be number/,
    ],
  ])('with %s violates the contract', (_, id, answer, message) => {
    expect(() => judge(id, answer)).toThrow(ContractViolation);
    expect(() => judge(id, answer)).toThrow(message);
  });

  it.each([
    [undefined, 'x-errors 405: missing header Allow'],
    [{ Allow: '' }, 'x-errors 405: header Allow must NOT have fewer than 3 characters'],
  ])('with the declared header %o violates the contract', (headers, message) => {
    const answer = { ...problem(405, 'No operation'), ...(headers === undefined ? {} : { headers }) };
    expect(() => conforming(builtin, builtin.errors, answer)).toThrow(message);
  });

  it('violates the contract when nothing can judge it', () => {
    const contract = changedContract(({ paths }) => {
      paths['/health'].get.responses['200'].content['application/json'].schema = { type: 'object' };
    });
    expect(() => judge('getHealth', { status: 200, body: {} }, contract)).toThrow(/^getHealth 200: no validator for #/);
  });
});

describe('a problem', () => {
  it.each([...builtin.errors.responses.keys()])('of status %i has the title that the contract fixes', (status) => {
    const answer = { ...problem(Number(status), 'Because'), headers: { Allow: 'GET, HEAD', 'Retry-After': '1' } };
    expect(conforming(builtin, builtin.errors, answer).status).toBe(status);
  });
});
