import { describe, expect, it } from 'vitest';
import { loadDriver } from '../../../src/checks/kit/driver.ts';
import { explainNetworkError } from '../../../src/checks/kit/reason.ts';

describe('loadDriver', () => {
  it('gives the driver', async () => {
    expect(await loadDriver('os', () => import('node:os'))).toBe(await import('node:os'));
  });

  it('asks for the package that is missing', async () => {
    const name = 'no-such-driver';
    const error = await loadDriver(name, () => import(/* @vite-ignore */ name)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'The check needs the package no-such-driver: install no-such-driver' });
    expect(explainNetworkError(error)).toBe('unavailable');
  });

  it('leaves other errors alone', async () => {
    const broken = Object.assign(new Error("Cannot find package 'other'"), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(loadDriver('pg', () => Promise.reject(broken))).rejects.toBe(broken);
  });
});
