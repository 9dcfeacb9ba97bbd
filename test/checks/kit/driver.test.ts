import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { importFailure, MissingDriver, wholeOf } from '../../../src/checks/kit/driver.ts';
import { explainNetworkError } from '../../../src/checks/kit/reason.ts';

const failureOf = (attempt: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(attempt)
    .catch((reason: unknown) => reason);

describe('an import that failed', () => {
  const name = 'no-such-driver';
  it.each([
    ['import', () => import(/* @vite-ignore */ name)],
    ['require', () => createRequire(import.meta.url)(name)],
    ['require, of another realm', () => Promise.reject(runInNewContext(jest))],
    ['what ncc leaves of it', () => Promise.reject(new ReferenceError('require is not defined in ES module scope'))],
    ['what esbuild leaves of it', () => Promise.reject(new Error(`Dynamic require of "${name}" is not supported`))],
  ])('asks for the package that is missing: %s', async (_, load) => {
    const error = importFailure(await failureOf(load), name);
    expect(error).toBeInstanceOf(MissingDriver);
    expect(error).toMatchObject({ message: 'The check needs the package no-such-driver: install no-such-driver' });
    expect(explainNetworkError(error)).toBe('unavailable');
  });

  it('is left as it is when something else is the matter', () => {
    const broken = Object.assign(new Error("Cannot find package 'other'"), { code: 'ERR_MODULE_NOT_FOUND' });
    for (const error of [broken, new Error("'pg'"), undefined, null, 'pg'])
      expect(importFailure(error, 'pg')).toBe(error);
  });
});

/** What Jest's `require` throws. */
const jest = `Object.assign(new Error("Cannot find module 'no-such-driver' from 'a.js'"), { code: 'MODULE_NOT_FOUND' })`;

describe('a module', () => {
  it('is whole by its names, or by its default alone', () => {
    const whole = { Client: class {} };
    expect(wholeOf(whole, 'Client')).toBe(whole);
    expect(wholeOf({ default: whole } as unknown as typeof whole, 'Client')).toBe(whole);
  });
});
