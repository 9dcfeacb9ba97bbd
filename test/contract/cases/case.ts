import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Contract } from '../../../src/contract/contract.ts';
import { loadContract } from '../../../src/contract/custom/load.ts';
import { type CheckRules, rulesOf } from '../../../src/health/rules.ts';
import { prove, type Sample } from '../../../src/probes/proof.ts';

/** A document, and what comes of it. */
export type Case = readonly [
  name: string,
  document: string,
  /** By path: what is answered while all is well, and while the database is down; or what is said of the document. */
  expected: Readonly<Record<string, readonly [well: Told, down: Told]>> | RegExp,
];

/** The status; with the body, where there is one; with the headers, where the case is about them. */
export type Told = number | readonly [number, unknown] | readonly [number, unknown, Readonly<Record<string, string>>];

export const checks: readonly { readonly name: string; readonly rules: CheckRules }[] = ['database'].map((name) => ({
  name,
  rules: rulesOf(name, {}),
}));

/** A document whose probe `GET /ready` has these responses; `rest` follows at the level of `paths`. */
export const probing = (responses: string, rest = '', openapi = '3.1.0'): string =>
  [
    `openapi: ${openapi}`,
    'info: { title: Shop, version: "7" }',
    'paths:',
    `  /ready: { get: { operationId: ready, x-probe: readiness, responses: ${responses} } }`,
    rest,
  ].join('\n');

/** Responses of a probe whose success has a body of this schema. */
export const told = (schema: string): string =>
  `{ '200': { description: Yes, content: { application/json: { schema: ${schema} } } }, '503': { description: No } }`;

export async function loaded(folder: string, document: string): Promise<Contract> {
  const file = join(folder, 'openapi.yaml');
  writeFileSync(file, document);
  return loadContract({ file, merge: false, simulation: true, checks: ['database'] });
}

/** Holds a document to what is expected of it. */
export async function hold(folder: string, [, document, expected]: Case): Promise<void> {
  if (expected instanceof RegExp) return refused(folder, document, expected);
  const samples = prove(await loaded(folder, document), checks);
  for (const [path, [well, down]] of Object.entries(expected)) {
    expect(answered(samples, path, 'all is well')).toMatchObject(shown(well));
    expect(answered(samples, path, 'database is down')).toMatchObject(shown(down));
  }
  expect(new Set(samples.map(({ operation }) => operation.path))).toEqual(new Set(Object.keys(expected)));
}

async function refused(folder: string, document: string, expected: RegExp): Promise<void> {
  const message = await loaded(folder, document)
    .then((contract) => prove(contract, checks))
    .then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  expect(message).toMatch(expected);
  // One line, with file, line and column, and nothing of the inside.
  expect(message).toMatch(/^\S*openapi\.yaml:\d+:\d+: [^\r\n]*$/);
  expect(message).not.toMatch(/openapi#|node_modules| at .*\.ts|\^.*\\/);
}

function answered(samples: readonly Sample[], path: string, state: string): unknown {
  const found = samples.find((sample) => sample.operation.path === path && sample.state === state);
  const { status, body, headers } = found?.answer ?? {};
  return { status, headers, body: body === undefined ? undefined : parsed(String(body)) };
}

const shown = (expected: Told): object => {
  const [status, body, headers = {}] = typeof expected === 'number' ? [expected, undefined] : expected;
  return { status, body, headers };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
