import type { AddressInfo } from 'node:net';
import { type Known, refuseUnknown } from '../base/known-options.ts';
import { servedOn } from '../contract/access.ts';
import { createRoutes } from '../contract/routes.ts';
import { proveAccess } from '../server/access/options.ts';
import { answerFew } from '../server/api/few.ts';
import { lazily } from '../server/api/lazy.ts';
import { type ProbeServerOptions, refusals } from '../server/server.ts';
import type { Assembly } from './assembly.ts';
import { type Listener, listenHere, listenIsolated } from './listeners.ts';
import type { ManagementOptions } from './options.ts';

export interface ListenOptions {
  /** Every address of the machine when left out; with `simulation` and no tokens, a loopback address must be given. */
  host?: string;
  /** Answer probes from a worker thread, which goes on while the main thread computes. */
  isolate?: boolean;
}

const listenOptions: Known<ListenOptions> = { host: true, isolate: true };

/** The listeners of a service. */
export interface Listening {
  /** What answers requests, wherever they come in. */
  readonly answering: ProbeServerOptions;
  listen(port: number, options?: string | ListenOptions): Promise<AddressInfo>;
  /** Where everything but the probes is, once it listens and if that is elsewhere. */
  management(): AddressInfo | undefined;
}

export function createListening(assembly: Assembly, management: ManagementOptions | undefined): Listening {
  const { contract, access, guard, log, membership, ports, replies, requestCounts, simulation } = assembly;
  const refuse = refusals(contract);
  const application = lazily(
    async () => (await import('../server/api/load.ts')).loadApplication({ ...assembly, fleet: membership.fleet }),
    refuse,
    log,
  );
  const answering: ProbeServerOptions = { replies, requestCounts, refuse, application };
  const operations = servedOn(contract, management === undefined ? 'everything' : 'probes');
  const forProbes: ProbeServerOptions =
    management === undefined
      ? answering
      : { ...answering, application: answerFew({ contract, routes: createRoutes(operations), guard, log }) };

  const listenElsewhere = async (host: string | undefined): Promise<Listener | undefined> =>
    management &&
    ports.open((attempt) =>
      listenHere(answering, { port: management.port, host: management.host ?? host, ...attempt }),
    );
  const listenForProbes = (port: number, host: string | undefined, isolate: boolean): Promise<Listener> =>
    ports.open((attempt) =>
      isolate
        ? listenIsolated({ ...assembly, operations }, { port, host, ...attempt })
        : listenHere(forProbes, { port, host, ...attempt }),
    );
  const proveHost = (host: string | undefined): void => {
    const [guarded, option] = management?.host === undefined ? [host, 'host'] : [management.host, 'management.host'];
    proveAccess(access, simulation.enabled, guarded ?? '', option);
  };

  let elsewhere: Listener | undefined;
  return {
    answering,
    management: () => elsewhere?.address,
    async listen(port, where = {}) {
      const options: ListenOptions = typeof where === 'string' ? { host: where } : where;
      refuseUnknown('', options, listenOptions);
      const { host, isolate = false } = options;
      proveHost(host);
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
