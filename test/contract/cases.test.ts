import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { temporaryFolder } from '../servers/process.ts';
import { asked } from './cases/asked.ts';
import { hold } from './cases/case.ts';
import { paths } from './cases/paths.ts';
import { responses } from './cases/responses.ts';
import { schemas } from './cases/schemas.ts';

const temporary = temporaryFolder('cases');
beforeAll(() => mkdirSync(temporary.path, { recursive: true }));
afterAll(() => temporary.remove());

describe.each([
  ['the response to a probe', responses],
  ['what a schema means', schemas],
  ['where its probes are', paths],
  ['what it asks for beside the report', asked],
])('a document decides %s', (_, cases) => {
  it.each(cases)('%s', (...one) => hold(temporary.path, one));
});
