import { describe, expect, it } from 'vitest';
import document from '../../generated/contract/document.json' with { type: 'json' };
import { longestMs } from '../../src/base/duration.ts';
import { rangeError } from '../../src/base/errors.ts';
import type { CheckOptions } from '../../src/health/checker.ts';
import { namePattern, rulesOf } from '../../src/health/rules.ts';

describe('the rules of a check', () => {
  it('have defaults', () => {
    expect(rulesOf('database', {})).toEqual({
      label: 'Database',
      requiredFor: 'readiness',
      intervalMs: 5_000,
      timeoutMs: 1_000,
      staleAfterMs: 18_000,
      failAfter: 2,
      recoverAfter: 2,
      canary: { everyMs: 300_000, required: false },
      certificateDays: 14,
    });
  });

  it('take every option', () => {
    const options: CheckOptions = {
      label: 'Orders',
      requiredFor: 'nothing',
      interval: '2s',
      timeout: '500ms',
      staleAfter: '1m',
      failAfter: 1,
      recoverAfter: 5,
      canary: { every: '1m', required: true },
      certificateDays: 30,
    };
    expect(rulesOf('database', Object.freeze(options))).toEqual({
      label: 'Orders',
      requiredFor: 'nothing',
      intervalMs: 2_000,
      timeoutMs: 500,
      staleAfterMs: 60_000,
      failAfter: 1,
      recoverAfter: 5,
      canary: { everyMs: 60_000, required: true },
      certificateDays: 30,
    });
  });

  it('take a number of milliseconds wherever they take a duration', () => {
    const texts = { interval: '4s', timeout: '2s', staleAfter: '30s', canary: '1m' } as const;
    const numbers = { interval: 4_000, timeout: 2_000, staleAfter: 30_000, canary: 60_000 };
    expect(rulesOf('queue', numbers)).toEqual(rulesOf('queue', texts));
  });

  it.each([
    ['10s', { everyMs: 10_000, required: false }],
    [10_000, { everyMs: 10_000, required: false }],
    [{ every: 10_000 }, { everyMs: 10_000, required: false }],
    [{ required: true }, { everyMs: 300_000, required: true }],
    [{ every: '1h' }, { everyMs: 3_600_000, required: false }],
    [false, undefined],
  ] as const)('read the canary %j', (canary, expected) => {
    expect(rulesOf('queue', { canary }).canary).toEqual(expected);
  });

  it.each([
    ['canary', '5', '`checks.queue.canary` to be a positive duration'],
    ['canary', true, '`checks.queue.canary` to be a duration, false or an object, got `true`'],
    ['canary', { evry: '5m' }, '`checks.queue.canary` to have every and required alone, got `evry`'],
    ['canary', { required: 'yes' }, '`checks.queue.canary.required` to be true or false, got `yes`'],
    ['canary', { every: '0s' }, '`checks.queue.canary.every` to be a positive duration'],
    ['certificateDays', -1, '`checks.queue.certificateDays` to be a whole number of days from 0 to 3650, got `-1`'],
    ['certificateDays', '14', '`checks.queue.certificateDays` to be a whole number of days from 0 to 3650, got `14`'],
  ])('refuse the %s %j', (option, value, message) => {
    expect(() => rulesOf('queue', { [option]: value })).toThrow(message);
  });

  it.each([
    ['database', 'Database'],
    ['external_service', 'External service'],
    ['payments-api', 'Payments api'],
    ['a__b--c', 'A b c'],
  ])('read the name %s as %s', (name, label) => {
    expect(rulesOf(name, {}).label).toBe(label);
  });

  it('let a result live for three rounds', () => {
    expect(rulesOf('queue', { interval: '10s', timeout: '2s' }).staleAfterMs).toBe(36_000);
    expect(rulesOf('queue', { interval: '10s', timeout: '2s', staleAfter: '12s' }).staleAfterMs).toBe(12_000);
    expect(rulesOf('queue', { interval: '500h' }).staleAfterMs).toBe(longestMs);
  });

  const duration = (option: string, value: string): string =>
    `Expected \`checks.queue.${option}\` to be a positive duration such as 800ms, 5s or 1m, got \`${value}\``;
  const count = (option: string, value: number): string =>
    `Expected \`checks.queue.${option}\` to be a whole number from 1 to 1000, got \`${value}\``;

  it.each<[CheckOptions, string]>([
    [{ interval: '-1s' }, duration('interval', '-1s')],
    [{ interval: '0s' }, duration('interval', '0s')],
    [{ timeout: '1e3ms' }, duration('timeout', '1e3ms')],
    [{ timeout: '597h' }, duration('timeout', '597h')],
    [{ staleAfter: '0ms' }, duration('staleAfter', '0ms')],
    [
      { staleAfter: '5999ms' },
      'Expected `checks.queue.staleAfter` to be at least interval + timeout (6000ms), got `5999ms`',
    ],
    [{ failAfter: 0 }, count('failAfter', 0)],
    [{ failAfter: 1.5 }, count('failAfter', 1.5)],
    [{ recoverAfter: -1 }, count('recoverAfter', -1)],
    [{ recoverAfter: Number.NaN }, count('recoverAfter', Number.NaN)],
  ])('refuse %o', (options, message) => {
    expect(() => rulesOf('queue', options)).toThrow(rangeError('PROBITY_OPTION', message));
  });

  it.each([
    ['', ''],
    ['two\nlines', 'two\\u{a}lines'],
    ['x'.repeat(101), 'x'.repeat(101)],
    ['\u202Esdrawkcab', '\\u{202e}sdrawkcab'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['nobody sees\u200b this', 'nobody sees\\u{200b} this'],
  ])('refuse the label %j', (label, shown) => {
    expect(() => rulesOf('queue', { label })).toThrow(
      rangeError(
        'PROBITY_OPTION',
        `Expected \`checks.queue.label\` to be one line of at most 100 characters, got \`${shown}\``,
      ),
    );
  });

  it.each(['Datenbank „Größe“', '数据库', '👩‍💻 desk', 'x'.repeat(100)])('take the label %j', (label) => {
    expect(rulesOf('queue', { label })).toMatchObject({ label });
  });

  it.each(['my check', '9lives', 'ключ', 'a'.repeat(64), '', 'a\n'])('refuse the name %j', (name) => {
    expect(() => rulesOf(name, { requiredFor: 'nothing' })).toThrow(RangeError);
  });

  it('take the names that the contract takes, and no others', () => {
    expect(namePattern.source).toBe(document.components.schemas.CheckName.pattern);
  });
});
