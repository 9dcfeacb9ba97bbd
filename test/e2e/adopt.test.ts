import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../servers/process.ts';
import { type Ended, runCommand } from './command.ts';

const temporary = temporaryFolder('adopt');
afterAll(() => temporary.remove());

const document = `# The shop.
openapi: 3.1.0
info: { title: Shop, version: 1.0.0 }
paths:
  /healthz:
    get:
      operationId: healthz
      responses:
        200: { description: Well }
`;
const difference = `--- openapi.yaml
+++ openapi.yaml
@@ -5,5 +5,19 @@
   /healthz:
     get:
       operationId: healthz
+      x-probe: liveness
       responses:
         200: { description: Well }
+        '503':
+          description: Not alive
+          content:
+            application/problem+json:
+              schema:
+                type: object
+                properties:
+                  title:
+                    type: string
+                  status:
+                    type: integer
+                  detail:
+                    type: string
`;

let folder: string;
let rounds = 0;
beforeEach(() => {
  folder = join(temporary.path, String(rounds++));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'openapi.yaml'), document, { mode: 0o640 });
  writeFileSync(join(folder, 'probity.yaml'), 'checks: {}\n');
});

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const run = (...args: string[]): Promise<Ended> => runCommand(args, {}, { cwd: folder });
const adopt = (...args: string[]): Promise<Ended> => run('adopt', 'openapi.yaml', ...args);
const proved = 'openapi.yaml: 1 probe proved by 29 answers';

// Several commands run in some of these.
describe('probity adopt', { timeout: 120_000 }, () => {
  it('shows what it would add, and leaves the file as it is', async () => {
    expect(await adopt('--liveness', '/healthz')).toEqual({
      code: 0,
      stdout: difference,
      stderr: `${proved}; --write writes it\n`,
    });
    expect(read('openapi.yaml')).toBe(document);
  });

  it('takes what looks like a probe where no path is named', async () => {
    expect(await adopt()).toEqual({
      code: 0,
      stdout: difference,
      stderr: `openapi.yaml: taken for probes: --liveness /healthz\n${proved}; --write writes it\n`,
    });
  });

  it('writes it as a whole, and has nothing to do a second time', async () => {
    symlinkSync('openapi.yaml', join(folder, 'link.yaml'));
    const ended = await run('adopt', 'link.yaml', '--liveness', '/healthz', '--write');
    expect(ended).toMatchObject({ code: 0, stderr: `${proved.replace('openapi', 'link')}; written\n` });
    expect(readdirSync(folder).sort()).toEqual(['link.yaml', 'openapi.yaml', 'probity.yaml']);
    expect(statSync(join(folder, 'openapi.yaml')).mode & 0o777).toBe(0o640);
    const written = read('openapi.yaml');
    for (const args of [['--liveness', '/healthz', '--write'], [], ['--overlay'], ['--overlay', 'none.yaml']])
      expect(await adopt(...args)).toEqual({ code: 0, stdout: '', stderr: `${proved}; nothing to add\n` });
    expect(read('openapi.yaml')).toBe(written);
    expect((await run('contract', '--contract', 'openapi.yaml', '--samples')).code).toBe(0);
  });

  it('writes an overlay instead, which comes to the same document', async () => {
    mkdirSync(join(folder, 'deploy'));
    const ended = await adopt('--liveness', '/healthz', '--readiness', '/readyz', '--overlay', 'deploy/probes.yaml');
    expect(ended).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('; deploy/probes.yaml written'),
    });
    expect(read('openapi.yaml')).toBe(document);
    expect(read('deploy/probes.yaml')).toContain('extends: ../openapi.yaml\n');
    const laid = await run('contract', '--contract', 'openapi.yaml', '--overlay', 'deploy/probes.yaml');
    await adopt('--liveness', '/healthz', '--readiness', '/readyz', '--write');
    const written = await run('contract', '--contract', 'openapi.yaml');
    expect(JSON.parse(laid.stdout)).toEqual(JSON.parse(written.stdout));
    expect(laid.code).toBe(0);
  });

  it('prints an overlay where no file is named for it', async () => {
    const { code, stdout } = await adopt('--liveness', '/healthz', '--overlay');
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'overlay: 1.0.0']);
    writeFileSync(join(folder, 'overlay.yaml'), stdout);
    expect((await run('contract', '--contract', 'openapi.yaml', '--overlay', 'overlay.yaml')).code).toBe(0);
  });

  it('does not write what could not be answered', async () => {
    const schema = '{ type: object, required: [colour], properties: { colour: { enum: [red, green] } } }';
    const text = document.replace('Well }', `Well, content: { application/json: { schema: ${schema} } } }`);
    writeFileSync(join(folder, 'openapi.yaml'), text);
    const { code, stderr } = await adopt('--liveness', '/healthz', '--write');
    expect([code, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toMatch(
      /^probity: openapi\.yaml:10:\d+: GET \/healthz cannot be answered while .*\[PROBITY_CONTRACT\]\n$/,
    );
    expect(read('openapi.yaml')).toBe(text);
  });

  it.each([
    [
      ['--liveness', 'healthz'],
      '--liveness: expected a path as the document has it, without parameters, such as /livez, got "healthz" [PROBITY_USAGE]',
    ],
    [
      ['--startup', '/{name}'],
      '--startup: expected a path as the document has it, without parameters, such as /livez, got "/{name}" [PROBITY_USAGE]',
    ],
    [
      ['--liveness', '/a', '--readiness', '/a'],
      'expected a path for each probe, got /a for --readiness and --liveness [PROBITY_USAGE]',
    ],
    [['--write', '--overlay'], "option '--write' cannot be used with option '--overlay [file]' [PROBITY_USAGE]"],
    [['--overlay', 'nowhere/o.yaml'], 'nowhere/o.yaml: cannot be written (ENOENT) [PROBITY_USAGE]'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await adopt(...args);
    expect([code, stderr.split('\n').at(-2)]).toEqual([2, `probity: ${message}`]);
  });

  it('says that nothing looks like a probe, and what to name', async () => {
    writeFileSync(join(folder, 'openapi.yaml'), document.replace('/healthz', '/orders'));
    expect(await adopt()).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'probity: openapi.yaml: no GET operation looks like a probe; name the paths to add: --liveness /livez --readiness /readyz [PROBITY_USAGE]\n',
    });
  });
});
