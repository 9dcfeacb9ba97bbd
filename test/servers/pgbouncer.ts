import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { accepting, program, type Server, serverProcess, temporaryFolder } from './process.ts';

/** Starts PgBouncer in front of the PostgreSQL at this URL; it takes every user, and logs in with those of the URL. */
export async function startPgbouncer(target: string, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const folder = temporaryFolder('pgbouncer');
  chmodSync(folder.path, 0o755);
  const port = await freePort();
  const { username, password, hostname, port: targetPort } = new URL(target);
  const login = `host=${hostname} port=${targetPort} user=${username} password='${decodeURIComponent(password)}'`;
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    ignore_startup_parameters: 'options',
    ...settings,
  };
  const file = join(folder.path, 'pgbouncer.ini');
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(
    file,
    ['[databases]', `postgres = ${login}`, `missing = ${login}`, '[pgbouncer]', ...lines, ''].join('\n'),
  );
  chmodSync(file, 0o644);
  const server = serverProcess({
    path: program('pgbouncer'),
    args: [file],
    // It refuses to run as root.
    user: 'postgres',
    ready: accepting,
    port,
    stopSignal: 'SIGINT',
  });
  await server.start();
  return {
    url: `postgres://probity@127.0.0.1:${port}/postgres`,
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
