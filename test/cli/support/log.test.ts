import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogOutput } from '../../../src/cli/support/line-writer.ts';
import { createLog, type LogOptions } from '../../../src/cli/support/log.ts';
import { secretsOf } from '../../../src/config/secrets.ts';

interface Recorder extends LogOutput {
  text(): string;
  emit(event: 'error', error: Error): void;
}

function recorder(isTTY = false): Recorder {
  let written = '';
  const events = new EventEmitter();
  const write = (text: string, done?: () => void): boolean => {
    written += text;
    done?.();
    return true;
  };
  return Object.assign(events, { isTTY, write, text: () => written }) as unknown as Recorder;
}

type Say = (log: ReturnType<typeof createLog>) => void;

/** Everything that is written of what is said. */
async function written(say: Say, options: Partial<LogOptions> = {}, isTTY = false): Promise<string> {
  const output = recorder(isTTY);
  const log = createLog({ level: 'debug', secrets: [], output, ...options });
  say(log);
  await log.flush();
  return output.text();
}

const logEvents = async (say: Say, options?: Partial<LogOptions>): Promise<Record<string, unknown>[]> =>
  (await written(say, options))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a line', () => {
  it('is JSON with its level, its time, the fields and the message, in this order', async () => {
    const before = Date.now();
    const [line = {}] = await logEvents((log) => log.warn({ check: 'database', to: 'down' }, 'check changed'));
    expect(Object.keys(line)).toEqual(['level', 'time', 'check', 'to', 'msg']);
    expect(line).toMatchObject({ level: 'warn', check: 'database', to: 'down', msg: 'check changed' });
    expect(Date.parse(String(line.time))).toBeGreaterThanOrEqual(before);
    expect(new Date(String(line.time)).toISOString()).toBe(line.time);
  });

  it('tells an error with its cause and its stack', async () => {
    const cause = new Error('refused');
    const [line] = await logEvents((log) => log.error({ err: new Error('no connection', { cause }) }, 'failed'));
    const stack = expect.stringMatching(/no connection.*log\.test\.ts.*caused by: Error: refused/s);
    expect(line).toMatchObject({ err: { type: 'Error', message: 'no connection: refused', stack } });
  });

  it('holds people up for nothing that JSON cannot say', async () => {
    const circular: Record<string, unknown> = { name: 'a' };
    circular.self = circular;
    const throws = {
      get broken(): never {
        throw new Error('not readable');
      },
    };
    const lines = await logEvents((log) => {
      log.info({ circular }, 'circular');
      log.info({ big: 2n ** 64n }, 'big');
      log.info({ throws }, 'throws');
      log.info(throws, 'throws itself');
      log.info({ call: () => {}, none: undefined, symbol: Symbol('s') }, 'nothing');
      log.error({ err: 'a string' }, 'no error');
    });
    expect(lines.map(({ msg }) => msg)).toEqual(['circular', 'big', 'throws', 'throws itself', 'nothing', 'no error']);
    expect(lines[0]).toMatchObject({ circular: { name: 'a' } });
    expect(lines[3]).toMatchObject({ loggable: false });
    expect(lines[5]).toMatchObject({ err: 'a string' });
  });
});

describe('the level', () => {
  const everything: Say = (log) => {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]({}, level);
  };

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('%s lets through what is at least as grave', async (level, expected) => {
    expect((await logEvents(everything, { level })).map((line) => [line.level, line.msg])).toEqual(
      expected.map((word) => [word, word]),
    );
  });

  it('silent lets nothing through', async () => {
    expect(await written(everything, { level: 'silent' })).toBe('');
  });
});

describe('the order', () => {
  it('is that in which things were said, before pino is there and after', async () => {
    const output = recorder();
    const log = createLog({ level: 'info', secrets: [], output });
    log.info({}, 'first');
    log.info({}, 'second');
    expect(output.text()).toBe('');
    const saidUntil = Date.now();
    await log.flush();
    log.info({}, 'third');
    const lines = output
      .text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toEqual(['first', 'second', 'third']);
    // The time is that of the saying, not of the writing.
    expect(Date.parse(lines[0].time)).toBeLessThanOrEqual(saidUntil);
  });
});

describe('an output that nobody reads', () => {
  it('ends the log and nothing else', async () => {
    const output = recorder();
    const log = createLog({ level: 'info', secrets: [], output });
    log.info({}, 'before');
    await log.flush();
    output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    log.info({}, 'after');
    await log.flush();
    expect(output.text()).toMatch(/before/);
    expect(output.text()).not.toMatch(/after/);
  });
});

describe('on a terminal', () => {
  it('is for people: the time, the level, the message and the fields in one line', async () => {
    const text = await written((log) => log.warn({ check: 'database', to: 'down' }, 'check changed'), {}, true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(text.replaceAll(/\u001b\[\d+m/g, '')).toMatch(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: check changed \{"check":"database","to":"down"\}\n$/,
    );
  });
});

/** Characters that mean something in URLs, JSON and regular expressions are the likeliest of all. */
const password = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'@:/#?%[]{}()\'"\\&*!|^$.+-~ \t\n\u2028é'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
    minLength: 2,
    maxLength: 12,
  })
  // A mark that stands nowhere else, so that a secret is never found by chance.
  .map((text) => `Zq${text}Zq`);

const forms: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => encodeURIComponent(text).toLowerCase(),
];

/** Every way in which something that is said may hold a secret. */
const places: Readonly<Record<string, (secret: string) => object>> = {
  'a value': (secret) => ({ secret }),
  'a key': (secret) => ({ [secret]: 1 }),
  'the middle of a text': (secret) => ({ text: `for ${secret}${secret}, no` }),
  'a nested value': (secret) => ({ a: [{ b: { c: [secret] } }] }),
  'a URL': (secret) => ({ url: `postgres://app:${encodeURIComponent(secret)}@db/app` }),
  'JSON in a text': (secret) => ({ text: JSON.stringify({ password: secret }) }),
  'JSON in JSON in a text': (secret) => ({ text: JSON.stringify(JSON.stringify({ password: secret })) }),
  'the message of an error': (secret) => ({ err: new Error(`cannot log in with ${secret}`) }),
  'the cause of an error': (secret) => ({ err: new Error('no', { cause: new Error(secret) }) }),
  'an error among errors': (secret) => ({ err: new AggregateError([new Error(secret)], 'no') }),
  'a property of an error': (secret) => ({
    err: Object.assign(new Error('no'), { command: { args: ['auth', secret] } }),
  }),
  'the name of an error': (secret) => ({ err: Object.assign(new Error('no'), { name: secret }) }),
  'a string that was thrown': (secret) => ({ err: secret }),
  'credentials of HTTP': (secret) => ({ header: `Basic ${Buffer.from(`app:${secret}`).toString('base64')}` }),
  'what makes itself JSON': (secret) => ({ own: { toJSON: () => ({ secret }) } }),
  'a circle': (secret) => {
    const circle: Record<string, unknown> = { secret };
    circle.self = circle;
    return circle;
  },
};

const settingsWith = (secret: string): Parameters<typeof secretsOf>[0] => ({
  checks: { database: { kind: 'postgres', url: `postgres://app:${encodeURIComponent(secret)}@db/app` } },
});

describe('a secret', () => {
  for (const isTTY of [false, true]) {
    it.each(Object.keys(places))(`is never written${isTTY ? ' on a terminal' : ''}, not in %s`, async (place) => {
      await fc.assert(
        fc.asyncProperty(password, async (secret) => {
          const fields = (places[place] as (secret: string) => object)(secret);
          const secrets = secretsOf(settingsWith(secret));
          const text = await written((log) => log.error(fields, `said of ${secret}`), { secrets }, isTTY);
          expect(text).toContain('***');
          for (const form of forms) expect(text).not.toContain(form(secret));
          expect(text).not.toContain('Zq');
          if (!isTTY) expect(JSON.parse(text)).toMatchObject({ level: 'error', msg: 'said of ***' });
        }),
        { numRuns: 50 },
      );
    });
  }

  it('may look like a number or a word of JSON', async () => {
    const secrets = ['543210', 'true', '-12.5'];
    const text = await written((log) => log.info({ a: 1543210, b: true, c: -12.5, d: [null] }, 'm'), { secrets });
    expect(JSON.parse(text)).toMatchObject({ a: '1***', b: '***', c: '***', d: [null], msg: 'm' });
  });

  it('does not touch the level and the time of a line', async () => {
    const [line] = await logEvents((log) => log.info({}, 'info'), { secrets: ['info', 'level', '20'] });
    expect(line).toMatchObject({ level: 'info', msg: '***', time: expect.stringMatching(/^20/) });
  });

  it('of three characters is masked where it stands in its URL, and no word is mauled', async () => {
    const secrets = secretsOf(settingsWith('abc'));
    const [line] = await logEvents((log) => log.info({ url: 'postgres://app:abc@db/app' }, 'abcde'), { secrets });
    expect(line).toMatchObject({ url: 'postgres://***@db/app', msg: 'abcde' });
  });
});
