import { CheckFailure } from '../../health/checker.ts';
import { Degraded } from '../kit/result.ts';

/**
 * A write that writes nothing: an empty SETRANGE changes neither a missing key nor an existing one, yet Redis lets it
 * pass only where it would let a real write pass. So it meets READONLY, OOM, MISCONF and NOREPLICAS, which PING and INFO
 * don't, and leaves no key, no entry in the log of writes and no traffic to replicas.
 */
const emptyWrite = ['probity:writable', 0, ''] as const;

/** As much of a client as a question takes. */
interface Asked {
  /** Whether it is one: then it is asked for the state of the cluster. */
  readonly isCluster?: boolean;
  cluster?(subcommand: 'INFO'): Promise<unknown>;
  ping(): Promise<string>;
  setrange(key: string, offset: number, value: string): Promise<unknown>;
}

/**
 * Asks Redis once. A node of a cluster answers PING even when the cluster serves nobody, so a cluster is asked for its
 * state.
 */
export async function ask(client: Asked, writable: boolean): Promise<Degraded | undefined> {
  if (writable) proveLength(await client.setrange(...emptyWrite));
  else if (client.isCluster && client.cluster !== undefined) proveCluster(await client.cluster('INFO'));
  else return ping(client);
  return undefined;
}

async function ping(client: Asked): Promise<Degraded | undefined> {
  try {
    if ((await client.ping()) === 'PONG') return undefined;
  } catch (error) {
    const { message = '' } = error as Error;
    // The last snapshot failed, and Redis refuses writes, PING among them: what only reads is served.
    if (message.startsWith('MISCONF')) return new Degraded('read_only', message);
    throw error;
  }
  throw new CheckFailure('unexpected_response', 'PING was not answered by PONG');
}

function proveLength(length: unknown): void {
  if (!/^\d+$/.test(String(length)))
    throw new CheckFailure('unexpected_response', 'SETRANGE was not answered by a length');
}

function proveCluster(info: unknown): void {
  const [, state] = /^cluster_state:(\w+)/m.exec(String(info)) ?? [];
  if (state !== 'ok') throw new CheckFailure('unavailable', `The cluster is in the state ${state ?? 'unknown'}`);
}
