import { describe, expect, it } from 'vitest';
import { type Answer, conforming } from '../../src/contract/answer.ts';
import type { OpenApiDocument, Schema } from '../../src/contract/document.ts';
import { mostNamed } from '../../src/health/probes.ts';
import { rulesOf } from '../../src/health/rules.ts';
import { probeAnswers } from '../../src/probes/represent.ts';
import { createShaper } from '../../src/probes/shape.ts';
import {
  builtin,
  changedContract,
  checkIn,
  down,
  type OperationId,
  operationOf,
  outcome,
  pending,
  someSnapshot,
  up,
} from '../support.ts';

const answerOf = (id: OperationId, snapshot = someSnapshot(), contract = builtin) => {
  const operation = operationOf(contract, id);
  const [answer] = probeAnswers(contract, operation, snapshot);
  const { content: _, ...told } = answer as Answer;
  return told;
};

describe('the answer of a probe', () => {
  it.each<[OperationId, object]>([
    ['getHealth', { status: 200, body: { status: 'up' } }],
    ['getReadiness', { status: 200, body: { status: 'ready' } }],
    ['getStartup', { status: 200, body: { status: 'started' } }],
    ['getAlive', { status: 204 }],
    ['getSelf', { status: 204 }],
    ['getInternalReadiness', { status: 204 }],
  ])('%s is, when all is well, in the words of the contract', (id, answer) => {
    expect(answerOf(id)).toEqual(answer);
  });

  it('leaves heartbeats out where the document says so, and nothing else', () => {
    const late = { ...someSnapshot(), overdue: ['No progress of consumer for 30 s'] };
    expect(answerOf('getHealth', late)).toMatchObject({ status: 503, body: { detail: late.overdue[0] } });
    expect(answerOf('getAlive', late).status).toBe(503);
    expect(answerOf('getSelf', late).status).toBe(204);
    expect(answerOf('getSelf', { ...late, distress: ['Event loop blocked'] }).status).toBe(503);
  });

  it('is a problem that names what is down and why, and what is simulated', () => {
    const checks = [
      checkIn(down),
      checkIn(
        { ...down, reason: 'unavailable', last: { ...outcome('failed', 1, 'unavailable'), simulated: true } },
        { label: 'External service' },
        'external_service',
      ),
      checkIn(pending, {}, 'cache'),
      checkIn(up, {}, 'queue'),
    ];
    expect(answerOf('getReadiness', someSnapshot({ checks }))).toEqual({
      status: 503,
      body: {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'Database not available; External service not available',
        checks: [
          { check: 'database', reason: 'refused', simulated: false },
          { check: 'external_service', reason: 'unavailable', simulated: true },
          { check: 'cache', reason: 'pending', simulated: false },
        ],
      },
    });
  });

  it('has no list of checks when none stands in the way', () => {
    const answer = answerOf('getReadiness', someSnapshot({ lifecycle: 'draining' }));
    expect(answer).toMatchObject({ status: 503, body: { detail: 'Service is shutting down' } });
    expect(answer.body).not.toHaveProperty('checks');
  });

  it('is the status alone where no content is declared', () => {
    expect(answerOf('getAlive', someSnapshot({ distress: ['Event loop blocked'] }))).toEqual({ status: 503 });
    expect(answerOf('getInternalReadiness', someSnapshot({ lifecycle: 'draining' }))).toEqual({ status: 503 });
  });

  it('stays under the 4 KiB that Docker and Consul keep, with the longest names and everything down', () => {
    const checks = Array.from({ length: 500 }, (_, index) => {
      const name = `n${'x'.repeat(58)}${1_000 + index}`;
      return checkIn({ ...down, reason: 'unexpected_response' }, rulesOf(name, { label: '的'.repeat(100) }), name);
    });
    const { body } = answerOf('getReadiness', someSnapshot({ checks }));
    expect((body as { checks: unknown[] }).checks).toHaveLength(mostNamed);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(4_096);
    expect(() => conforming(builtin, operationOf(builtin, 'getReadiness'), { status: 503, body })).not.toThrow();
  });

  it('shows no more than a closed schema declares', () => {
    const contract = changedContract(({ components }) => {
      delete components.schemas.ProbeProblem.properties.checks;
    });
    const { body } = answerOf('getReadiness', someSnapshot({ checks: [checkIn(down)] }), contract);
    expect(Object.keys(body as object)).toEqual(['type', 'title', 'status', 'detail']);
  });

  it.each([
    ['503', someSnapshot({ lifecycle: 'draining' })],
    ['200', someSnapshot()],
  ])('cannot be given when the document declares no %s', (status, snapshot) => {
    const contract = changedContract(({ paths }) => {
      delete paths['/ready'].get.responses[status];
      // Where there is no 503, the only failure that is declared would do.
      delete paths['/ready'].get.responses['500'];
    });
    expect(() => answerOf('getReadiness', snapshot, contract)).toThrow(
      `getReadiness: Expected a ${status === '200' ? '2xx' : status} response, the document declares none`,
    );
  });
});

describe('the shape of a schema', () => {
  const document = {
    components: { Word: { const: 'fine' }, Body: { properties: { status: { $ref: '#/components/Word' } } } },
  } as unknown as OpenApiDocument;
  const shape = (node: Schema, content = { status: 'given', more: 1 }) =>
    createShaper(document, () => true)({ node, ref: '#/x' }, content, content);

  it.each<[string, Schema, object]>([
    ['lets through what an open schema does not speak of', { properties: {} }, { status: 'given', more: 1 }],
    ['leaves out what a closed schema does not declare', { additionalProperties: false, properties: {} }, {}],
    ["takes a schema's own word", { properties: { status: { const: 'own' } } }, { status: 'own', more: 1 }],
    ['follows $refs', { $ref: '#/components/Body' }, { status: 'fine', more: 1 }],
    ['fills in a false word as well', { properties: { more: { const: false } } }, { status: 'given', more: false }],
    ['fills in null', { properties: { more: { const: null } } }, { status: 'given', more: null }],
    ['lets everything through where no properties are declared', { type: 'object' }, { status: 'given', more: 1 }],
    ['leaves it to the validator where schemas are combined', { allOf: [{}] }, { status: 'given', more: 1 }],
  ])('%s', (_, schema, expected) => {
    expect(shape(schema)).toEqual(expected);
  });

  it('ends where a schema contains itself', () => {
    const node = { additionalProperties: false, properties: { status: {}, self: { $ref: '#/components/Self' } } };
    const recursive = { components: { Self: node } } as unknown as OpenApiDocument;
    const shape = createShaper(recursive, () => true);
    expect(shape({ node: { $ref: '#/components/Self' }, ref: '#/x' }, { status: 'up' }, { status: 'up' })).toEqual({
      status: 'up',
    });
  });
});
