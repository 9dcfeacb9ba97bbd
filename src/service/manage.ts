import { manageServer, proveHttpServer } from '../shutdown/connections.ts';
import { onSignal, onUncaught } from '../shutdown/signals.ts';
import type { HttpServer } from '../shutdown/traffic.ts';
import type { Assembly } from './assembly.ts';
import type { ProbityOptions } from './options.ts';

/** Makes `manage`: takes servers of the application into the shutdown, and with the first ones the signals. */
export function createManage(
  assembly: Assembly,
  { signals, uncaughtErrors = false }: NonNullable<ProbityOptions['shutdown']> = {},
): (...servers: readonly HttpServer[]) => void {
  const { log, ports, shutdown } = assembly;
  const end = async (why: object, code: number): Promise<void> => process.exit(await shutdown.run(why, code));
  const take = (server: HttpServer): void => {
    const managed = manageServer(server);
    const forget = assembly.manage(managed);
    assembly.onStop(() => {
      forget();
      managed.release();
    });
  };
  let isInstalled = false;
  const install = (): void => {
    isInstalled = true;
    assembly.onStop(onSignal((signal) => void end({ signal }, 0), signals));
    if (!uncaughtErrors) return;
    assembly.onStop(
      onUncaught((error) => {
        log.error({ err: error }, 'uncaught error');
        void end({ reason: 'uncaught error' }, 1);
      }),
    );
  };
  return (...servers) => {
    for (const server of servers) proveHttpServer(server);
    ports.throwIfClosed();
    for (const server of servers) take(server);
    assembly.start();
    if (!isInstalled) install();
  };
}
