import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/contract/answer.ts';
import { answerOrError } from '../../src/contract/answer-or-error.ts';
import { builtin, operationOf, recordingLog } from '../support.ts';

function answering(make: () => Answer) {
  const { log, lines } = recordingLog();
  return { answer: answerOrError(builtin, operationOf(builtin, 'getHealth'), log, make), lines };
}

const raise = (error: unknown) => (): never => {
  throw error;
};

describe('an honest answer', () => {
  it('is what was made, when that keeps the contract', () => {
    const { answer, lines } = answering(() => ({ status: 200, body: { status: 'up' } }));
    expect(answer).toMatchObject({ status: 200, body: '{"status":"up"}' });
    expect(lines).toEqual([]);
  });

  it('is a 500 problem when the contract would be broken: the log knows why, the caller does not', () => {
    const { answer, lines } = answering(() => ({ status: 200, body: { status: 'up', password: 'hunter2' } }));
    expect(answer).toEqual({
      status: 500,
      headers: { 'Content-Type': 'application/problem+json' },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'The answer would have broken the contract',
      }),
    });
    expect(lines).toMatchObject([{ level: 'error', fields: { operation: 'getHealth' } }]);
    expect(lines[0]?.fields.error).toContain('#/components/schemas/Alive');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it.each<[string, unknown, string]>([
    ['an error', new Error('wrong turn'), 'wrong turn'],
    ['a string', 'wrong turn', 'wrong turn'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
  ])('is a 500 problem when making it throws %s', (_, error, logged) => {
    const { answer, lines } = answering(raise(error));
    expect(answer.status).toBe(500);
    expect(String(answer.body)).not.toContain('wrong turn');
    expect(lines).toMatchObject([{ level: 'error', fields: { operation: 'getHealth', error: logged } }]);
  });

  it.each([undefined, null, 5, 'ok', [], { body: {} }])('is a 500 problem when %j was made', (junk) => {
    const { answer, lines } = answering(() => junk as never);
    expect(answer.status).toBe(500);
    expect(lines).toHaveLength(1);
  });

  it('is a 500 problem when the body cannot be serialised', () => {
    const { log, lines } = recordingLog();
    const body = { openapi: '3.1.1', info: {}, paths: {}, self: {} };
    body.self = body;
    expect(answerOrError(builtin, operationOf(builtin, 'getContract'), log, () => ({ status: 200, body })).status).toBe(
      500,
    );
    expect(lines).toHaveLength(1);
  });
});
