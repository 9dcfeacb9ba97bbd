import type { AddressInfo } from 'node:net';
import { type Known, refuseUnknown } from '../base/known-options.ts';
import { servedOn } from '../contract/access.ts';
import type { Operation } from '../contract/operations.ts';
import { createRoutes } from '../contract/routes.ts';
import { proveAccess } from '../server/access/options.ts';
import { lazyApplication } from '../server/api/lazy-application.ts';
import { createMinimalApplication } from '../server/api/minimal-application.ts';
import { createRefuse, type ProbeServerOptions } from '../server/server.ts';
import type { Assembly } from './assembly.ts';
import { type Listener, listenHere, listenIsolated } from './listeners.ts';
import type { ManagementOptions } from './options.ts';

export interface ListenOptions {
  /** Every address of the machine when left out; with `simulation` and no tokens, a loopback address must be given. */
  host?: string | undefined;
  /** Answer probes from a worker thread, which goes on while the main thread computes. */
  isolate?: boolean | undefined;
}

const listenOptions: Known<ListenOptions> = { host: true, isolate: true };

/** The listeners of a service. */
interface Listening {
  /** What answers requests, wherever they come in. */
  readonly answering: ProbeServerOptions;
  listen(port: number, options?: string | ListenOptions): Promise<AddressInfo>;
  /** Where everything but the probes is, once it listens and if that is elsewhere. */
  management(): AddressInfo | undefined;
}

export function createListening(assembly: Assembly, management: ManagementOptions | undefined): Listening {
  const { access, membership, ports, simulation } = assembly;
  const answering = answeringAll(assembly);
  const operations = servedOn(assembly.contract, management === undefined ? 'everything' : 'probes');
  const forProbes = management === undefined ? answering : answeringSome(assembly, answering, operations);
  let elsewhere: Listener | undefined;

  /** Opened with the first port for probes, and there once for all. */
  const listenElsewhere = async (host: string | undefined): Promise<Listener | undefined> => {
    if (management === undefined || elsewhere !== undefined) return undefined;
    const place = { port: management.port, host: management.host ?? host };
    return ports.open((attempt) => listenHere(answering, { ...place, ...attempt }));
  };
  const listenForProbes = (port: number, host: string | undefined, isolate: boolean): Promise<Listener> =>
    ports.open((attempt) =>
      isolate
        ? listenIsolated({ ...assembly, operations }, { port, host, ...attempt })
        : listenHere(forProbes, { port, host, ...attempt }),
    );
  return {
    answering,
    management: () => elsewhere?.address,
    async listen(port, where = {}) {
      const options: ListenOptions = typeof where === 'string' ? { host: where } : where;
      refuseUnknown('', options, listenOptions);
      const { host, isolate = false } = options;
      const [guarded, option] = management?.host === undefined ? [host, 'host'] : [management.host, 'management.host'];
      proveAccess(access, simulation.enabled, guarded ?? '', option);
      // The probes come last: who gets an answer there may rely on the rest.
      const other = await listenElsewhere(host);
      const { address } = await listenForProbes(port, host, isolate).catch(async (error) => {
        if (other !== undefined) await ports.shut(other);
        throw error;
      });
      elsewhere = other ?? elsewhere;
      assembly.start();
      await membership.join(address.port);
      ports.throwIfClosed();
      return address;
    },
  };
}

/** Answers probes, and everything else with the application, which is loaded when it is first asked. */
function answeringAll(assembly: Assembly): ProbeServerOptions {
  const { contract, log, membership, replies, requestCounts } = assembly;
  const refuse = createRefuse(contract);
  const load = async () =>
    (await import('../server/api/load.ts')).loadApplication({ ...assembly, fleet: membership.fleet });
  return { replies, requestCounts, refuse, application: lazyApplication(load, refuse, log) };
}

/** Answers these operations, and says of all others that they are not there. */
function answeringSome(
  { contract, guard, log }: Assembly,
  answering: ProbeServerOptions,
  operations: readonly Operation[],
): ProbeServerOptions {
  return {
    ...answering,
    application: createMinimalApplication({ contract, routes: createRoutes(operations), guard, log }),
  };
}
