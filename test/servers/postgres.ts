import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { accepting, asUser, program, type Server, serverProcess, temporaryFolder } from './process.ts';

const run = promisify(execFile);

export interface PostgresServerOptions {
  /** More settings, such as `max_connections: '6'`. */
  settings?: Readonly<Record<string, string>>;
  /** Serve TLS as well, as `certificate` in http.ts makes it. */
  tls?: { key: string; cert: string };
}

export interface PostgresServer extends Server {
  /** Runs SQL as the superuser, on a connection of its own; a row a line, columns parted by `|`. */
  sql(text: string): Promise<string>;
  /** Serves this certificate from now on, if it serves TLS at all. */
  present(tls: { key: string; cert: string }): Promise<void>;
  /** Starts a standby of this server; with `hot_standby: 'off'` one that lets nobody in. */
  startStandby(settings?: Readonly<Record<string, string>>): Promise<Server>;
}

/** PostgreSQL refuses to run as root. */
const user = 'postgres';

/** The password of the superuser, `probity`; it has to be escaped in a URL. */
const password = 'p@ss/word';

export async function startPostgres({ settings = {}, tls }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = dataFolder();
  const passwordFile = join(folder.path, 'password');
  writeFileSync(passwordFile, password);
  await runAsUser('initdb', [
    ...[`--pgdata=${folder.data}`, '--username=probity', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--no-sync', '--no-instructions', '--locale=C', '--encoding=UTF8'],
  ]);
  const server = await startIn(folder, { ...settings, ...(tls ? await secured(folder, tls) : {}) });
  const sql = async (text: string): Promise<string> => {
    const { stdout } = await run(binary('psql'), [server.url, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', text]);
    return stdout.trim();
  };
  return {
    ...server,
    sql,
    async present(tls) {
      await secured(folder, tls);
      await sql('SELECT pg_reload_conf()');
    },
    async startStandby(standbySettings = {}) {
      const copy = dataFolder();
      const from = [`--pgdata=${copy.data}`, `--dbname=${server.url}`];
      await runAsUser('pg_basebackup', [...from, '--write-recovery-conf', '--checkpoint=fast', '--no-sync']);
      return startIn(copy, standbySettings);
    },
  };
}

/** The key has to belong to the server's user, and nobody else may read it. */
async function secured(folder: DataFolder, tls: { key: string; cert: string }): Promise<Record<string, string>> {
  const files = { ssl_key_file: 'server.key', ssl_cert_file: 'server.crt' };
  for (const [name, content] of [
    [files.ssl_key_file, tls.key],
    [files.ssl_cert_file, tls.cert],
  ] as const) {
    writeFileSync(join(folder.path, name), content);
    await runAsUser('install', ['--mode=600', join(folder.path, name), join(folder.data, name)]);
  }
  return { ssl: 'on', ...files };
}

interface DataFolder {
  path: string;
  data: string;
  remove(): void;
}

function dataFolder(): DataFolder {
  const folder = temporaryFolder('postgres');
  chmodSync(folder.path, 0o777); // The other user makes the data folder in it, for nobody else.
  return { ...folder, data: join(folder.path, 'data') };
}

async function startIn(folder: DataFolder, settings: Readonly<Record<string, string>>): Promise<Server> {
  const port = await freePort();
  const all: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '16MB',
    fsync: 'off',
    ...settings,
  };
  const server = serverProcess({
    path: binary('postgres'),
    args: ['-D', folder.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: { ...process.env, LC_ALL: 'C' },
    user,
    ready: all.hot_standby === 'off' ? accepting : /database system is ready to accept/,
    port,
    stopSignal: 'SIGINT', // Open sessions are ended, not waited for.
  });
  await server.start();
  return {
    url: `postgres://probity:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    port,
    output: () => server.output(),
    start: () => server.start(),
    stop: () => server.stop(),
    kill: () => server.kill(),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    async dispose() {
      await server.kill();
      folder.remove();
    },
  };
}

async function runAsUser(name: string, args: readonly string[]): Promise<void> {
  const [path, ...rest] = [...asUser(user), binary(name), ...args] as [string, ...string[]];
  await run(path, rest, { env: { ...process.env, LC_ALL: 'C' }, cwd: '/' });
}

/** Debian keeps the server's programs of each version apart, and out of PATH. */
export function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
}

function binary(name: string): string {
  return program(name, postgresFolders());
}
