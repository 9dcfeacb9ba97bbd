import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { accepting, program, type Server, serverProcess, temporaryFolder } from './process.ts';

export interface RedisServerOptions {
  /** More settings, such as `maxmemory: '100kb'` or `replicaof: '127.0.0.1 1'`. */
  settings?: Readonly<Record<string, string>>;
  /** Serve TLS on its port, and on another one its commands, as `certificate` in http.ts makes it. */
  tls?: { key: string; cert: string };
}

export interface RedisServer extends Server {
  /** Runs a command on it with redis-cli, and gives what that prints. */
  command(...words: string[]): Promise<string>;
  /** Serves this certificate from now on, if it serves TLS at all. */
  present(tls: { key: string; cert: string }): Promise<void>;
  /** Starts it and waits only until it accepts connections: it may be loading its data still. */
  startLoading(settings?: Readonly<Record<string, string>>): Promise<void>;
}

export async function startRedis({ settings = {}, tls }: RedisServerOptions = {}): Promise<RedisServer> {
  const port = await freePort();
  const folder = temporaryFolder('redis');
  const plain = tls ? await freePort() : port;
  const ports = tls ? { ...secured(folder.path, tls), 'tls-port': port, port: plain } : { port };
  const all = { bind: '127.0.0.1', ...ports, dir: folder.path, save: '', appendonly: 'no', ...settings };
  const withSettings = (extra: Readonly<Record<string, string>>) => ({
    path: program('redis-server'),
    args: Object.entries({ ...all, ...extra }).flatMap(([name, value]) => [`--${name}`, ...words(name, String(value))]),
    port,
    stopSignal: 'SIGTERM' as const,
  });
  let server = serverProcess({ ...withSettings({}), ready: /Ready to accept connections/ });
  await server.start();
  const command = async (...words: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(program('redis-cli'), ['-p', String(plain), '-e', ...words]);
    return stdout.trim();
  };
  return {
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    port,
    output: () => server.output(),
    start: () => server.start(),
    command,
    async present(tls) {
      const files = Object.entries(secured(folder.path, tls)).filter(([name]) => /-file$/.test(name));
      await command('CONFIG', 'SET', ...files.flat());
    },
    async startLoading(extra = {}) {
      server = serverProcess({ ...withSettings(extra), ready: accepting });
      await server.start();
    },
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

function secured(folder: string, tls: { key: string; cert: string }): Record<string, string> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  writeFileSync(key, tls.key);
  writeFileSync(cert, tls.cert);
  return { 'tls-key-file': key, 'tls-cert-file': cert, 'tls-ca-cert-file': cert, 'tls-auth-clients': 'no' };
}

/** On Redis' command line, `replicaof` takes two words, `save ''` one that is empty, and a password may hold a blank. */
function words(name: string, value: string): string[] {
  return name === 'replicaof' ? value.split(' ') : [value];
}
