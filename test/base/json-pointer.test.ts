import { describe, expect, it } from 'vitest';
import { keysIn } from '../../src/base/json-pointer.ts';

describe('a JSON pointer', () => {
  it.each([
    ['', []],
    ['/', ['']],
    ['/checks/database/0', ['checks', 'database', '0']],
    ['/paths/~1health/get', ['paths', '/health', 'get']],
    ['/a~01', ['a~1']],
  ])('%j leads by %j', (pointer, keys) => {
    expect(keysIn(pointer)).toEqual(keys);
  });
});
