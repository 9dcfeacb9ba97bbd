import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/contract/contract.ts';
import { createContract } from '../../src/contract/contract.ts';
import { withoutSimulation } from '../../src/contract/simulation.ts';
import { rulesOf } from '../../src/health/rules.ts';
import { prove } from '../../src/probes/proof.ts';
import { compiled } from '../contract/compiled.ts';
import { builtin, type MutableDocument } from '../support.ts';

const checks = ['database', 'cache', 'external_service'].map((name) => ({ name, rules: rulesOf(name, {}) }));

/** A contract of its own, with validators that fit it: the built-in one, changed. */
function contractWith(change: (document: MutableDocument) => void): Contract {
  const document = structuredClone(builtin.document) as MutableDocument;
  change(document);
  return createContract(document, compiled(document));
}

const proving = (change: (document: MutableDocument) => void) => () => prove(contractWith(change), checks);

describe('the proof', () => {
  it('holds for the built-in contract, with simulation or without, with any number of checks', () => {
    const many = Array.from({ length: 100 }, (_, index) => {
      const name = `n${'x'.repeat(58)}${1_000 + index}`;
      return { name, rules: rulesOf(name, { label: '的'.repeat(100) }) };
    });
    const off = createContract(withoutSimulation(builtin.document), builtin.validators);
    for (const contract of [builtin, off]) {
      for (const given of [[], checks, many]) expect(() => prove(contract, given)).not.toThrow();
    }
  });

  it.each<[string, (document: MutableDocument) => void, string | RegExp]>([
    [
      'a wrong word',
      ({ components }) => {
        components.schemas.ProbeProblem.properties.title = { enum: ['Out of order', 'Closed'] };
      },
      /: 503: body\/title must be equal to one of the allowed values, got "Service Unavailable"$/,
    ],
    [
      'a required property that no report has',
      ({ components }) => {
        components.schemas.ProbeProblem.required.push('mood');
        components.schemas.ProbeProblem.properties.mood = { type: 'string' };
      },
      /: 503: body must have required property 'mood'; add x-report to it, .* or const, /,
    ],
    [
      'no failure',
      ({ paths }) => {
        delete paths['/ready'].get.responses['503'];
        delete paths['/ready'].get.responses['500'];
      },
      /: getReadiness: .*503/,
    ],
    [
      'no success',
      ({ paths }) => {
        delete paths['/ready'].get.responses['200'];
      },
      /: getReadiness: .*2xx/,
    ],
    [
      'no responses at all',
      ({ paths }) => {
        delete paths['/ready'].get.responses;
      },
      /: getReadiness/,
    ],
    [
      'a header that nobody fills in',
      ({ components }) => {
        components.headers.NoStore.schema = { type: 'string' };
      },
      '200: missing header Cache-Control',
    ],
    [
      'a list that is too short for every check',
      ({ components }) => {
        components.schemas.ProbeProblem.properties.checks.maxItems = 2;
      },
      /: 503: body\/checks must NOT have more than 2 items/,
    ],
    [
      'a list that must not be short',
      ({ components }) => {
        components.schemas.ProbeProblem.properties.checks.minItems = 2;
      },
      /: 503: body\/checks must NOT have fewer than 2 items/,
    ],
    [
      'a detail that is too short for the labels',
      ({ components }) => {
        components.schemas.ProbeProblem.properties.detail.maxLength = 40;
      },
      /: 503: body\/detail must NOT have more than 40 characters/,
    ],
    [
      'names that the checks do not have',
      ({ components }) => {
        components.schemas.CheckName.pattern = '^[a-z]+$';
      },
      /: 503: body\/checks\/\d\/check must match pattern/,
    ],
    [
      'fewer reasons than there are',
      ({ components }) => {
        components.schemas.Reason.enum = ['pending', 'unavailable'];
      },
      /: 503: body\/checks\/\d\/reason must be equal to one of the allowed values/,
    ],
    [
      'no simulated state',
      ({ components }) => {
        components.schemas.Simulated = { enum: [false] };
      },
      /: 503: body\/checks\/\d\/simulated must be equal to one of the allowed values/,
    ],
    [
      'a kind of probe that there is none of',
      ({ paths }) => {
        paths['/ready'].get['x-probe'] = 'rediness';
      },
      /getReadiness.*rediness/,
    ],
    [
      'a body that refers to nothing',
      ({ paths }) => {
        paths['/ready'].get.responses['200'].content['application/json'].schema = { $ref: '#/components/schemas/None' };
      },
      'expected `#/components/schemas/None` to be in the document, found nothing there',
    ],
    [
      'no problem for a promise that breaks',
      (document) => {
        delete document['x-errors'];
      },
      /^x-errors 500: undeclared status$/,
    ],
  ])('refuses a document with %s, naming operation, status and place', (_, change, message) => {
    expect(proving(change)).toThrow(message);
  });

  it.each<[string, (document: MutableDocument) => void]>([
    [
      'its own words',
      ({ components }) => {
        components.schemas.Ready.properties.status = { const: 'serving' };
      },
    ],
    [
      'fewer properties in a failure',
      ({ components }) => {
        delete components.schemas.ProbeProblem.properties.checks;
      },
    ],
    [
      'a failure that is put together of several schemas',
      ({ components, paths }) => {
        const schema = { allOf: [{ $ref: '#/components/schemas/ProbeProblem' }] };
        paths['/ready'].get.responses['503'].content['application/problem+json'].schema = schema;
        components.schemas.ProbeProblem.additionalProperties = true;
      },
    ],
    [
      'no schema for a body',
      ({ paths }) => {
        delete paths['/ready'].get.responses['503'].content['application/problem+json'].schema;
      },
    ],
    [
      'no words for a failure',
      ({ paths }) => {
        delete paths['/health'].get.responses['503'].content;
      },
    ],
  ])('accepts a document with %s', (_, change) => {
    expect(proving(change)).not.toThrow();
  });
});
