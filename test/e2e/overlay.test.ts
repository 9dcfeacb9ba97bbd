import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../servers/process.ts';
import { runCommand } from './command.ts';
import { startService, untilStatus } from './service.ts';

const temporary = temporaryFolder('overlay');
const at = (name: string): string => join(temporary.path, name);

beforeAll(() => {
  mkdirSync(temporary.path, { recursive: true });
  const responses = { '200': { description: 'Well' } };
  const paths = { '/healthz': { get: { operationId: 'healthz', responses } } };
  writeFileSync(at('openapi.json'), JSON.stringify({ openapi: '3.1.0', info: {}, paths }));
  const head = 'overlay: 1.0.0\ninfo: { title: Probes, version: 1.0.0 }\nactions:\n';
  writeFileSync(
    at('one.yaml'),
    `${head}- target: $.paths['/healthz'].get\n  update: { x-probe: readiness, responses: { '503': {} } }\n`,
  );
  writeFileSync(at('two.yaml'), `${head}- target: $.paths['/healthz'].get.responses\n  update: { '204': {} }\n`);
  const overlays = [at('one.yaml'), at('two.yaml')];
  writeFileSync(at('probity.yaml'), JSON.stringify({ contract: at('openapi.json'), overlays, checks: {} }));
  writeFileSync(at('nothing.yaml'), 'checks: {}');
});
afterAll(() => temporary.remove());

const contract = ['--contract', at('openapi.json')];
const nothing = ['--config', at('nothing.yaml')];

describe('overlays', () => {
  it('are laid over the document of the settings, which is served and verified', async () => {
    const service = await startService({}, ['--config', at('probity.yaml')]);
    await untilStatus(`${service.url}/healthz`, 200);
    const options = [...contract, '--overlay', at('one.yaml')];
    const { code, stdout } = await runCommand(['verify', service.url, ...options]);
    expect(stdout).toContain('1 kept, 0 broken, 0 skipped');
    expect(code).toBe(0);
    expect(await service.stop()).toBe(0);
  });

  it('are given several times on the command line', async () => {
    const overlays = ['--overlay', at('one.yaml'), '--overlay', at('two.yaml')];
    const { code, stdout } = await runCommand(['contract', ...nothing, ...contract, ...overlays]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).paths['/healthz'].get).toMatchObject({
      'x-probe': 'readiness',
      responses: { '200': {}, '204': {}, '503': {} },
    });
  });

  it.each([
    [
      ['contract', ...nothing, '--overlay', at('one.yaml')],
      'overlays: expected `contract` (or --contract) beside, the document that they are laid over [PROBITY_CONFIG]',
    ],
    [
      ['verify', 'http://127.0.0.1:1', '--overlay', at('one.yaml')],
      'expected --contract beside --overlay, the document that it is laid over [PROBITY_USAGE]',
    ],
  ])('without a document are refused: %j', async (args, message) => {
    expect(await runCommand(args)).toEqual({ code: 2, stdout: '', stderr: `probity: ${message}\n` });
  });
});
