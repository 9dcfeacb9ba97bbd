import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/openapi-3-1';
import '@hyperjump/json-schema/openapi-3-0';
import '@hyperjump/json-schema/openapi-3-2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadContract } from '../../src/contract/custom/load.ts';
import type { Snapshot } from '../../src/health/snapshot.ts';
import { prepareReplies } from '../../src/probes/prepared.ts';
import { prove } from '../../src/probes/proof.ts';
import { createRequestCounts } from '../../src/probes/request-counts.ts';
import { createProbeServer, createRefuse } from '../../src/server/server.ts';
import { temporaryFolder } from '../servers/process.ts';
import { createChance } from '../simulation/chance.ts';
import { checkIn, down, pending, recordingLog, someRules, someSnapshot, up } from '../support.ts';
import { type Declared, makeShape, type Shape } from './corpus/make.ts';

/** `SEED=… vitest run test/contract/corpus.test.ts` makes the same documents again. */
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
console.log(`SEED=${seed}`);

const names = ['database', 'cache'];
const all = (state: Parameters<typeof checkIn>[0]) => names.map((name) => checkIn(state, {}, name));
const states: readonly (readonly [name: string, isReady: boolean, snapshot: Snapshot])[] = [
  ['starting', false, someSnapshot({ lifecycle: 'starting', checks: all(pending) })],
  ['well', true, someSnapshot({ checks: all(up) })],
  ['busy', true, someSnapshot({ checks: all({ ...up, reason: 'overloaded' }) })],
  ['half down', false, someSnapshot({ checks: [...all(up).slice(1), ...all(down).slice(0, 1)] })],
  ['down', false, someSnapshot({ checks: all(down) })],
  ['blocked', true, someSnapshot({ checks: all(up), distress: ['Event loop blocked'] })],
  ['draining', false, someSnapshot({ lifecycle: 'draining', checks: all(up) })],
];

const temporary = temporaryFolder('corpus');
beforeAll(() => mkdirSync(temporary.path, { recursive: true }));
afterAll(() => temporary.remove());

const chance = createChance(seed);
const shapes = Array.from({ length: 60 }, (_, index) => [index, makeShape(chance)] as const);

it.each(shapes)(
  'shape %i answers every state as an independent reader of its document judges',
  async (index, shape) => {
    const file = join(temporary.path, `${index}.yaml`);
    writeFileSync(file, index % 2 === 0 ? stringify(shape.document) : JSON.stringify(shape.document));
    const { log, lines } = recordingLog();
    const contract = await loadContract({ file, merge: false, simulation: false, checks: names });
    prove(
      contract,
      names.map((name) => ({ name, rules: someRules() })),
    );
    const requestCounts = createRequestCounts(contract);
    const replies = prepareReplies(contract, requestCounts, log);
    const refuse = createRefuse(contract);
    const server = createProbeServer({
      replies,
      requestCounts,
      refuse,
      application: (_, response) => response.destroy(),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${shape.path}`;
    const schemaOf = registered(shape, index);
    for (const [state, isReady, snapshot] of states) {
      replies.update(snapshot);
      const response = await fetch(url);
      await judged(response, isReady ? shape.pass : shape.fail, schemaOf).catch((error: Error) => {
        throw new Error(`SEED=${seed}, shape ${index}, ${state}: ${error.message}\n${JSON.stringify(shape.document)}`);
      });
    }
    expect(lines).toEqual([]);
    schemaOf.forget();
    server.closeAllConnections();
    server.close();
  },
);

type SchemaOf = ((declared: Declared) => string) & { forget(): void };

/** The pointers into the document as the other reader knows it. */
function registered({ document }: Shape, index: number): SchemaOf {
  const uri = `https://shop.example/${index}`;
  const version = document.openapi.slice(0, 3);
  const dialect = `https://spec.openapis.org/oas/${version}/schema${version === '3.0' ? '' : '-base'}`;
  registerSchema(document as never, uri, dialect);
  const schemaOf = ({ key, media }: Declared): string => {
    const keys = ['paths', '/ready', 'get', 'responses', key, 'content', media?.key ?? '', 'schema'];
    return `${uri}#${keys.map((one) => `/${encodeURIComponent(one.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
  };
  return Object.assign(schemaOf, { forget: () => unregisterSchema(uri) });
}

async function judged(response: Response, declared: Declared, schemaOf: SchemaOf): Promise<void> {
  const { media, word, namesChecks, headers } = declared;
  expect(response.status).toBe(declared.status);
  expect(Object.fromEntries(response.headers)).toMatchObject(headers);
  const text = await response.text();
  if (media === undefined) return expect(text).toBe('');
  expect(response.headers.get('content-type')).toBe(media.type);
  const body = JSON.parse(text);
  const output = await validate(schemaOf(declared), body, 'DETAILED' as never);
  expect([text, output]).toMatchObject([text, { valid: true }]);
  if (word !== undefined) expect(body.status).toBe(word);
  expect(text).not.toContain('secret');
  if (namesChecks) for (const name of names) expect(text).toContain(name);
}
