import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('npm start runs the demo as the README says, and leaves nothing behind', async () => {
  const smoke = join(import.meta.dirname, '../../.ci/smoke.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [smoke]);
  expect(stdout.match(/^(\d{3} http|Ended).*$/gm)?.map((line) => line.replace(/http:\/\/[^/]+/, ''))).toEqual([
    '200 /ready {"status":"ready"}',
    expect.stringMatching(/^200 \/simulate_db_failure/),
    expect.stringMatching(/^503 \/ready/),
    '200 /health {"status":"up"}',
    expect.stringMatching(/^200 \/simulate_db_recovery/),
    '200 /ready {"status":"ready"}',
    expect.stringMatching(/^200 \/docs/),
    'Ended',
  ]);
}, 120_000);
