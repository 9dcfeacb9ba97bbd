import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { accepting, program, type RunningServer, serverProcess, temporaryFolder } from './process.ts';

/** A service of somebody else's that speaks HTTP. */
export interface JudgedService {
  readonly url: string;
  dispose(): Promise<void>;
}

/** Prometheus' own API, over no data. */
export function startPrometheus(): Promise<JudgedService> {
  return started('prometheus', (port, folder) => {
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, 'global: {}\n');
    return [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
  });
}

/** The monitoring port of a NATS server. */
export async function startNats(): Promise<JudgedService> {
  const clients = await freePort();
  return started('nats-server', (port) => ['--addr=127.0.0.1', `--port=${clients}`, `--http_port=${port}`]);
}

/** A registry of container images, which has none. */
export function startRegistry(): Promise<JudgedService> {
  return started('docker-registry', (port, folder) => {
    const file = join(folder, 'registry.yml');
    const root = join(folder, 'images');
    mkdirSync(root);
    writeFileSync(
      file,
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${root} } }\nhttp: { addr: '127.0.0.1:${port}' }\n`,
    );
    return ['serve', file];
  });
}

async function started(
  name: string,
  argumentsFor: (port: number, folder: string) => readonly string[],
): Promise<JudgedService> {
  const port = await freePort();
  const folder = temporaryFolder(name);
  const server: RunningServer = serverProcess({
    path: program(name),
    args: argumentsFor(port, folder.path),
    ready: accepting,
    port,
    stopSignal: 'SIGTERM',
  });
  await server.start();
  return {
    url: `http://127.0.0.1:${port}`,
    async dispose() {
      await server.stop();
      folder.remove();
    },
  };
}
