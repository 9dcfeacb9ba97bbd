import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rotateTokens } from '../../src/config/rotation.ts';
import { temporaryFolder } from '../servers/process.ts';
import { recordingLog } from '../support.ts';

const ann = 'ann:correct-horse-battery';
const bob = 'bob:another-token-of-bob';
const root = { name: 'root', token: 'a-token-that-stands-in-the-settings' };

const everyMs = 4;
let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;
let end = (): void => {};
beforeEach(() => {
  temporary = temporaryFolder('tokens');
  folder = temporary.path;
});
afterEach(() => {
  end();
  temporary.remove();
});

/** Writes a version of the secret as the kubelet does: a new folder, and a symbolic link that is swapped for the old. */
let version = 0;
function mount(text: string | undefined): void {
  const data = `..2026_${version++}`;
  mkdirSync(join(folder, data));
  if (text !== undefined) writeFileSync(join(folder, data, 'tokens'), text);
  symlinkSync(data, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

/** What was replaced and said, and a way to wait for the next of either. */
function rotation(text: string) {
  const sets: string[][] = [];
  const { log, lines } = recordingLog();
  let happened = Promise.withResolvers<void>();
  const happen = (): void => {
    happened.resolve();
    happened = Promise.withResolvers();
  };
  end = rotateTokens({
    file: 'tokens',
    folder,
    text,
    besides: [root],
    everyMs,
    log: {
      ...log,
      info(fields, message) {
        log.info(fields, message);
        happen();
      },
      error(fields, message) {
        log.error(fields, message);
        happen();
      },
    },
    replace(tokens) {
      const names = tokens.map(({ name }) => name);
      if (new Set(names).size < names.length) throw new RangeError('Expected one token named `root`, got two');
      sets.push(names);
    },
  });
  return { sets, lines, next: () => happened.promise };
}

/** Long enough for some looks. */
const looks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

describe('a mounted file of tokens', () => {
  beforeEach(() => {
    mount(ann);
    symlinkSync('..data/tokens', join(folder, 'tokens'));
  });

  it('is taken up when it changes, and said by name alone', async () => {
    const { sets, lines, next } = rotation(ann);
    mount(`${ann}\n${bob}`);
    await next();
    mount(bob);
    await next();
    expect(sets).toEqual([
      ['root', 'ann', 'bob'],
      ['root', 'bob'],
    ]);
    expect(lines.at(-1)).toEqual({
      level: 'info',
      fields: { file: 'tokens', tokens: ['root', 'bob'] },
      message: 'tokens replaced',
    });
    await looks();
    expect(sets).toHaveLength(2);
  });

  it.each<[string, string | undefined, RegExp]>([
    ['broken', `${ann}\nhunter2hunter2hunter2`, /^tokens file tokens: expected a name .* got \*\*\*$/],
    ['short', 'ann:hunter2', /^tokens file tokens: expected at least 16 .* got \*\*\*$/],
    ['empty', '', /^tokens file tokens: expected lines such as name:token, got none$/],
    ['a comment', '# hunter2', /^tokens file tokens: expected lines such as name:token, got none$/],
    ['gone', undefined, /^tokens file tokens: cannot be read \(ENOENT\)$/],
    ['too large', 'hunter2'.repeat(50_000), /^tokens file tokens: cannot be read \(EFBIG\)$/],
    ['refused', 'root:a-token-of-the-same-name', /^Expected one token named `root`, got two$/],
  ])('that is %s leaves the old tokens, is told once, and is mended by the next one', async (_, text, message) => {
    const { sets, lines, next } = rotation(ann);
    mount(text);
    await next();
    expect(sets).toEqual([]);
    expect(lines).toEqual([
      { level: 'error', fields: { error: expect.stringMatching(message) }, message: 'tokens stay as they are' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    await looks();
    expect(lines).toHaveLength(1);
    mount(bob);
    await next();
    expect(sets).toEqual([['root', 'bob']]);
  });

  it('is not looked at after the end', async () => {
    const { sets } = rotation(ann);
    end();
    mount(bob);
    await looks();
    expect(sets).toEqual([]);
  });
});

it('a file that is written in place is taken up when it has stayed the same', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const file = join(folder, 'tokens');
  writeFileSync(file, ann);
  const { sets, lines } = rotation(ann);
  /** A look is over when the next one is due. */
  const look = async (): Promise<void> => {
    vi.advanceTimersByTime(everyMs);
    while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  // Each part of it could be taken for a token, or be said to be broken.
  for (const part of [ann, '', `${bob}-is`, bob.slice(0, 6), `${bob}-is-longer`]) {
    writeFileSync(file, part);
    await look();
  }
  expect([sets, lines]).toEqual([[], []]);
  await look();
  expect(sets).toEqual([['root', 'bob']]);
  vi.useRealTimers();
});
