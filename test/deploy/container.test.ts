import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/base/duration.ts';
import { temporaryFolder } from '../servers/process.ts';
import { execForm, only, pairs, readStages, readText, root, type Stage, words } from './dockerfile.ts';
import { assemble, type Image } from './image.ts';
import { type Container, startContainer } from './running.ts';

const run = promisify(execFile);
const stages = readStages();
const final = stages.at(-1) as Stage;
const ownPackage = JSON.parse(readText('package.json'));

describe('the Dockerfile', () => {
  it('builds in stages, and keeps only the last one', () => {
    expect(stages.map(({ name }) => name)).toEqual(['modules', 'build', '']);
  });

  it('builds with the Node that the project is pinned to', () => {
    const [, version] = /^NODE_VERSION := (.*)$/m.exec(readText('Makefile')) ?? [];
    for (const { image } of stages.slice(0, -1)) expect(image).toBe(`node:${version}-trixie-slim`);
  });

  it('names a tag of every base image', () => {
    for (const { image } of stages) expect(image).toMatch(/:(?!latest$)[\w.-]+$/);
  });

  it('needs no shell in the final stage: runs nothing there, and has commands in exec form', () => {
    expect(final.steps.filter(({ keyword }) => ['RUN', 'SHELL', 'ADD'].includes(keyword))).toEqual([]);
    expect(execForm(only(final, 'ENTRYPOINT').text)).toEqual(['probity']);
    expect(execForm(only(final, 'CMD').text)).toEqual(['serve']);
  });

  it('runs as a user by number who is not root', () => {
    expect(only(final, 'USER').text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('listens on every address, on the port that it exposes', () => {
    expect(pairs(only(final, 'ENV'))).toEqual({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    expect(only(final, 'EXPOSE').text).toBe('8000');
  });

  it('asks for its health by the command of the image, and gives that more time than it takes for itself', () => {
    const { flags, text } = only(final, 'HEALTHCHECK');
    expect(execForm(text.replace(/^CMD\s+/, ''))).toEqual(['probity', 'check']);
    const ms = (flag: string): number => milliseconds(flag, flags[flag] as string);
    expect(ms('timeout')).toBeGreaterThan(2_000);
    expect(ms('interval')).toBeGreaterThanOrEqual(ms('timeout'));
    expect(ms('start-period')).toBeGreaterThan(10 * ms('start-interval'));
    expect(Number(flags.retries)).toBeGreaterThan(1);
  });

  it('says which version it is, and where it comes from', () => {
    expect(pairs(only(final, 'LABEL'))).toMatchObject({
      'org.opencontainers.image.version': ownPackage.version,
      'org.opencontainers.image.source': ownPackage.repository.url.replace(/^git\+|\.git$/g, ''),
      'org.opencontainers.image.licenses': ownPackage.license,
    });
  });

  it('copies what there is and what .dockerignore lets through', () => {
    const sources = stages
      .flatMap(({ steps }) => steps)
      .filter(({ keyword, flags }) => keyword === 'COPY' && flags.from === undefined)
      .flatMap((step) => words(step).slice(0, -1));
    expect(sources).toContain('src');
    const [everything, ...passed] = readText('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    expect(new Set(passed)).toEqual(new Set(sources.map((source) => `!${source}`)));
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
  });
});

describe('the image', () => {
  const folder = temporaryFolder('image');
  let image: Image;

  beforeAll(async () => {
    image = await assemble(stages, folder.path);
    // Others may enter, and nobody may write: a read-only root file system.
    await run('chmod', ['-R', 'a+rX,a-w', folder.path]);
  }, 300_000);
  afterAll(async () => {
    await run('chmod', ['-R', 'u+w', folder.path]);
    folder.remove();
  });

  const started: Container[] = [];
  const start = async (env: Record<string, string>): Promise<Container> => {
    const container = await startContainer(image, env);
    started.push(container);
    return container;
  };
  const configured = (text: string): (() => void) => {
    const mounted = join(image.tree, image.folder);
    chmodSync(mounted, 0o755);
    writeFileSync(join(mounted, 'probity.yaml'), text);
    return () => rmSync(join(mounted, 'probity.yaml'));
  };
  afterEach(() => Promise.all(started.splice(0).map((container) => container.kill())));

  const filesIn = (path: string): string[] =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length));

  it('has what `make build` makes', () => {
    const [built, copied] = [join(root, 'dist'), join(image.tree, 'app/dist')];
    expect(filesIn(copied).sort()).toEqual(filesIn(built).sort());
    const differing = filesIn(built).filter(
      (file) => !readFileSync(join(built, file)).equals(readFileSync(join(copied, file))),
    );
    expect(differing).toEqual([]);
  });

  it('has the packages of the lock file: what runs, the drivers and the log, and no other', () => {
    const { packages: locked } = JSON.parse(readText('package-lock.json'));
    const { packages } = JSON.parse(readFileSync(join(image.tree, 'app/node_modules/.package-lock.json'), 'utf8'));
    const different = Object.keys(packages).filter(
      (path) =>
        packages[path].version !== locked[path]?.version || packages[path].integrity !== locked[path]?.integrity,
    );
    expect(different).toEqual([]);
    const { 'pino-pretty': _, ...drivers } = ownPackage.peerDependencies;
    const wanted = [...Object.keys(ownPackage.dependencies), ...Object.keys(drivers)];
    expect(Object.keys(packages)).toEqual(expect.arrayContaining(wanted.map((name) => `node_modules/${name}`)));
    const unwanted = Object.keys(ownPackage.devDependencies).filter((name) => !wanted.includes(name));
    expect(unwanted.filter((name) => packages[`node_modules/${name}`])).toEqual([]);
  });

  it('answers as healthy with nothing to watch, as another user and read-only, and ends with SIGTERM', async () => {
    const remove = configured('checks: {}');
    const container = await start({});
    expect(await container.healthcheck()).toBe(0);
    for (const page of ['/', '/docs', '/openapi.json', '/metrics'])
      expect((await fetch(container.url + page)).status).toBe(200);
    container.signal('SIGTERM');
    expect(await container.exited).toBe(0);
    expect(await container.healthcheck()).toBe(1);
    remove();
  }, 60_000);

  it('brings every driver, and says through its health check that nothing is there', async () => {
    const nowhere = '127.0.0.1:1';
    const container = await start({
      DATABASE_URL: `postgres://user:password@${nowhere}/database`,
      REDIS_URL: `redis://${nowhere}`,
      AMQP_URL: `amqp://user:password@${nowhere}`,
      EXTERNAL_SERVICE_URL: `http://${nowhere}`,
    });
    await untilReasons(container.url, 'refused', 4);
    expect((await fetch(`${container.url}/health`)).status).toBe(200);
    expect(await container.healthcheck()).toBe(1);
    container.signal('SIGTERM');
    expect(await container.exited).toBe(0);
  }, 60_000);

  it('finds a configuration that is mounted into its working folder', async () => {
    const remove = configured('checks: { api: { kind: http, url: "http://127.0.0.1:1" } }');
    const container = await start({});
    const { checks } = (await (await fetch(`${container.url}/checks`)).json()) as { checks: { check: string }[] };
    expect(checks.map(({ check }) => check)).toEqual(['api']);
    container.signal('SIGTERM');
    expect(await container.exited).toBe(0);
    remove();
  }, 60_000);
});

/** Asks until every check is down for this reason. */
async function untilReasons(url: string, reason: string, count: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/ready`);
    const { checks = [] } = (await answer.json()) as { checks?: { reason: string }[] };
    if (answer.status === 503 && checks.filter((check) => check.reason === reason).length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
