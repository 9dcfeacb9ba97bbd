import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import {
  accepting,
  asUser,
  program,
  type RunningServer,
  type Server,
  serverProcess,
  temporaryFolder,
} from './process.ts';

const run = promisify(execFile);

export interface RabbitmqServer extends Server {
  /** Runs rabbitmqctl on it, and gives what it prints. */
  ctl(...args: string[]): Promise<string>;
  /** Runs another of its programs on it, such as rabbitmq-diagnostics, and gives what it prints. */
  tool(name: string, ...args: string[]): Promise<string>;
  /** Serves this certificate from now on, if it serves TLS at all. */
  present(tls: { key: string; cert: string }): Promise<void>;
}

export interface RabbitmqServerOptions {
  /** Users besides guest, each with a virtual host (`/` unless named) and what it may write to there, a pattern; without one it may not enter. */
  users?: readonly { name: string; password: string; vhost?: string; write?: string }[];
  /** Serve TLS, and nothing else, as `certificate` in http.ts makes it. */
  tls?: { key: string; cert: string };
}

/** Debian's wrappers in PATH insist on being root or rabbitmq, and on the system's own folders. */
export const rabbitmqFolders: readonly string[] = ['/usr/lib/rabbitmq/bin'];

export async function startRabbitmq({ users = [], tls }: RabbitmqServerOptions = {}): Promise<RabbitmqServer> {
  const folder = temporaryFolder('rabbitmq');
  const port = await freePort();
  const epmdPort = await freePort();
  const env = await environment(folder.path, port, epmdPort, definitions(users), tls);
  const epmd = nameServer(epmdPort);
  await epmd.start();
  const server = serverProcess({
    path: program('rabbitmq-server', rabbitmqFolders),
    args: [],
    env,
    ready: /Server startup complete/,
    port,
    stopSignal: 'SIGTERM',
  });
  await server.start();
  const tool = async (name: string, ...args: string[]): Promise<string> => {
    const [path, ...rest] = [...asUser(), program(name, rabbitmqFolders), ...args] as [string, ...string[]];
    const { stdout } = await run(path, rest, { env });
    return stdout.trim();
  };
  const ctl = (...args: string[]): Promise<string> => tool('rabbitmqctl', '--quiet', ...args);
  return {
    url: `${tls ? 'amqps' : 'amqp'}://guest:guest@127.0.0.1:${port}`,
    port,
    output: () => server.output(),
    start: () => server.start(),
    stop: () => server.stop(),
    kill: () => server.kill(),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    ctl,
    tool,
    async present(tls) {
      secured(folder.path, tls);
      // Erlang keeps what it has read of the files for two minutes.
      await ctl('eval', 'ssl:clear_pem_cache().');
    },
    async dispose() {
      await server.kill();
      await epmd.kill();
      folder.remove();
    },
  };
}

/** Erlang's name server, our own: otherwise the first node starts one for the whole machine, and leaves it running. */
function nameServer(port: number): RunningServer {
  return serverProcess({
    path: program('epmd'),
    args: ['-port', String(port), '-address', '127.0.0.1'],
    ready: accepting,
    port,
    stopSignal: 'SIGTERM',
  });
}

/** What the server is to know when it starts: a rabbitmqctl for each of it would take a second or so. */
function definitions(users: RabbitmqServerOptions['users'] & object): string {
  const all = [{ name: 'guest', password: 'guest', vhost: '/', write: '.*' }, ...users];
  return JSON.stringify({
    users: all.map(({ name, password }) => ({ name, password, tags: name === 'guest' ? 'administrator' : '' })),
    vhosts: [...new Set(all.map(({ vhost = '/' }) => vhost))].map((name) => ({ name })),
    permissions: all
      .filter(({ write }) => write !== undefined)
      .map(({ name, vhost = '/', write }) => ({ user: name, vhost, configure: write, write, read: '.*' })),
  });
}

function secured(home: string, tls: { key: string; cert: string }): { certfile: string; keyfile: string } {
  const files = { certfile: join(home, 'cert.pem'), keyfile: join(home, 'key.pem') };
  writeFileSync(files.certfile, tls.cert);
  writeFileSync(files.keyfile, tls.key);
  return files;
}

async function environment(
  home: string,
  port: number,
  epmdPort: number,
  definitions: string,
  tls: RabbitmqServerOptions['tls'],
): Promise<Record<string, string>> {
  const file = (name: string, content: string): string => {
    writeFileSync(join(home, name), content);
    return join(home, name);
  };
  mkdirSync(join(home, 'log'));
  const at = `127.0.0.1:${port}`;
  const listeners = tls
    ? [
        ...['listeners.tcp = none', `listeners.ssl.1 = ${at}`, 'ssl_options.verify = verify_none'],
        ...Object.entries(secured(home, tls)).map(([name, path]) => `ssl_options.${name} = ${path}`),
      ]
    : [`listeners.tcp.1 = ${at}`];
  const load = `load_definitions = ${file('definitions.json', definitions)}`;
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: home, // The cookie is there.
    RABBITMQ_NODENAME: `probity-${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONF_ENV_FILE: file('env.conf', ''),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', [...listeners, load, ''].join('\n')),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins', '[].\n'),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RUNNING_UNDER_SYSTEMD: 'true', // The script becomes the server, instead of waiting beside it.
  };
}
