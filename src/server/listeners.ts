import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checked } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import { problem } from '../contract/problem.ts';
import { pathOf } from './guard.ts';
import { replyOf, send } from './reply.ts';
import { createProbeServer, type ProbeServerOptions } from './server.ts';

export interface ManagementOptions {
  port: number;
  /** That of the probes when left out. */
  host?: string | undefined;
}

/** Where the service listens. */
export interface Addresses {
  readonly main: AddressInfo;
  /** Where everything but the probes is, if that is elsewhere. */
  readonly management?: AddressInfo;
}

export interface Listeners {
  open(port: number, host: string): Promise<Addresses>;
  /** Stops listening, and resolves when what was under way is done. */
  close(): Promise<void>;
}

/** One listener for all; or one for the probes alone, and another one for the probes and everything else. */
export function createListeners(
  options: ProbeServerOptions,
  contract: Contract,
  management: ManagementOptions | undefined,
): Listeners {
  const servers: Server[] = [];
  const listen = async (application: RequestListener, port: number, host: string): Promise<AddressInfo> => {
    const server = createProbeServer({ ...options, application }).listen(port, host);
    servers.push(server);
    await once(server, 'listening');
    return server.address() as AddressInfo;
  };
  return {
    async open(port, host) {
      if (management === undefined) return { main: await listen(options.application, port, host) };
      // The probes come last: who gets an answer there may rely on the rest.
      const other = await listen(options.application, management.port, management.host ?? host);
      return { main: await listen(probesAlone(contract), port, host), management: other };
    },
    async close() {
      const open = servers.filter(({ listening }) => listening);
      await Promise.all(
        open.map(async (server) => {
          server.close();
          server.closeIdleConnections();
          await once(server, 'close');
        }),
      );
    },
  };
}

/** Refuses whatever is no probe. */
function probesAlone(contract: Contract): RequestListener {
  const probes = new Set(contract.operations.filter(({ probe }) => probe !== undefined).map(({ path }) => path));
  return (request, response) => {
    const path = pathOf(request.url as string);
    const detail = `No operation for ${request.method} ${path}`;
    const answer = probes.has(path)
      ? { ...problem(405, detail), headers: { Allow: 'GET, HEAD' } }
      : problem(404, detail);
    send(response, replyOf(checked(contract, contract.errors, answer)));
  };
}
