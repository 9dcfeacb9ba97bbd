import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../servers/process.ts';
import { startService } from './service.ts';

const temporary = temporaryFolder('rotation');
afterAll(() => temporary.remove());

/** A version of the secret, as the kubelet mounts it. */
function mount(version: number, text: string): void {
  mkdirSync(join(temporary.path, `..${version}`));
  writeFileSync(join(temporary.path, `..${version}`, 'tokens'), text);
  symlinkSync(`..${version}`, join(temporary.path, '..data_tmp'));
  renameSync(join(temporary.path, '..data_tmp'), join(temporary.path, '..data'));
}

it('a token that leaves the mounted secret stops working, and a new one works, without a restart', {
  timeout: 60_000,
}, async () => {
  const [old, young] = ['the-token-that-was-stolen', 'the-token-that-comes-next'];
  mount(1, `ann:${old}`);
  symlinkSync('..data/tokens', join(temporary.path, 'tokens'));
  const service = await startService({ SIMULATION: 'true', PROBITY_TOKENS_FILE: join(temporary.path, 'tokens') });
  const status = async (token: string): Promise<number> =>
    (await fetch(`${service.url}/faults`, { headers: { Authorization: `Bearer ${token}` } })).status;
  expect([await status(old), await status(young)]).toEqual([200, 401]);
  mount(2, `ann:${young}`);
  await service.logged({ msg: 'tokens replaced' });
  expect([await status(old), await status(young)]).toEqual([401, 200]);
  mount(3, `ann:${young}\n${young}-without-a-name`);
  await service.logged({ msg: 'tokens stay as they are' });
  expect(await status(young)).toBe(200);
  expect(await service.stop()).toBe(0);
  expect(service.lines.join('\n')).not.toMatch(/stolen|comes-next/);
});
