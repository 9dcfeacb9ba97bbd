import { expect, test, vi } from 'vitest';
import { loadSettings } from '../../src/config/settings.ts';
import { inFolder } from './read.ts';

vi.mock('yaml', () => {
  throw new Error('yaml was loaded');
});

test('YAML is loaded for a file only', async () => {
  await inFolder({ 'other.yaml': 'port: 1' }, async (folder) => {
    expect(await loadSettings({ folder, env: { PORT: '1' } })).toMatchObject({ port: 1 });
    await expect(loadSettings({ file: 'other.yaml', folder, env: {} })).rejects.toThrow();
  });
});
