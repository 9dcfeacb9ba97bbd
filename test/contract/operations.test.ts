import { describe, expect, it } from 'vitest';
import { readOperations } from '../../src/contract/operations.ts';
import { schemaRefs } from '../../src/contract/validators.ts';
import { builtin, changedContract, type OperationId, operationOf } from '../support.ts';

describe('the operations of the built-in contract', () => {
  it('are read in the order of the document, each with an id of its own', () => {
    const ids = builtin.operations.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(['getHealth', 'getReadiness', 'getStartup'] satisfies OperationId[]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are probes where the document says so', () => {
    const probes = builtin.operations.flatMap(({ path, probe }) => (probe ? [[path, probe.kind]] : []));
    expect(probes).toEqual([
      ['/health', 'liveness'],
      ['/ready', 'readiness'],
      ['/startup', 'startup'],
      ['/internal/alive', 'liveness'],
      ['/internal/self', 'liveness'],
      ['/internal/ready', 'readiness'],
    ]);
  });

  it('simulate where the document says so', () => {
    expect(builtin.operations.flatMap(({ id, simulate }) => (simulate ? [[id, simulate]] : []))).toEqual([
      ['simulateDbFailure', { check: 'database', fault: 'outage' }],
      ['simulateDbRecovery', { check: 'database', fault: 'none' }],
      ['simulateExternalServiceFailure', { check: 'external_service', fault: 'outage' }],
      ['simulateExternalServiceRecovery', { check: 'external_service', fault: 'none' }],
    ] satisfies [OperationId, object][]);
  });

  it('declare the media type, the schema and the headers of every status, through every $ref', () => {
    const { responses } = operationOf(builtin, 'getReadiness');
    expect([...responses.keys()].sort()).toEqual([200, 400, 408, 431, 500, 503]);
    expect(responses.get(503)).toMatchObject({
      content: [{ key: 'application/problem+json', schema: { ref: '#/components/schemas/ProbeProblem' } }],
      headers: [{ name: 'Cache-Control', required: true, schema: { node: { const: 'no-store' } } }],
    });
    expect(operationOf(builtin, 'getAlive').responses.get(204)?.content).toEqual([]);
  });

  it('declare a 500 for everything that may be withheld', () => {
    expect(builtin.operations.filter(({ responses }) => !responses.has(500)).map(({ id }) => id)).toEqual([]);
  });

  it('have a validator for every schema that they refer to', () => {
    const refs = [...builtin.operations, builtin.errors].flatMap(schemaRefs);
    expect(refs.length).toBeGreaterThan(60);
    expect(refs.filter((ref) => builtin.validators[ref] === undefined)).toEqual([]);
    expect(Object.keys(builtin.validators).filter((ref) => !refs.includes(ref))).toEqual([]);
  });

  it('declare the problems that belong to no operation', () => {
    expect([...builtin.errors.responses.keys()]).toEqual([400, 401, 403, 404, 405, 408, 413, 415, 429, 431, 500]);
  });
});

describe('an operation', () => {
  it('without an id is called by its method and path', () => {
    const { operations } = changedContract(({ paths }) => {
      delete paths['/health'].get.operationId;
    });
    expect(operations[0]?.id).toBe('get /health');
  });

  it('without responses is read all the same, for the proof to refuse', () => {
    const { document } = changedContract(({ paths }) => {
      delete paths['/health'].get.responses;
    });
    expect(() => readOperations(document)).not.toThrow();
  });
});
