import type { Replica } from '../../generated/contract/types.gen.ts';
import type { FleetClient } from './client.ts';
import { listReplicas } from './script.ts';

/** What the replicas say of themselves, by name. */
export async function replicasAt(client: FleetClient, key: string): Promise<readonly Replica[]> {
  const found = (await client.run(listReplicas, [key], [])) as [string, string, string][];
  return found.flatMap(replicaOf).toSorted((one, other) => one.replica.localeCompare(other.replica));
}

/** Nothing for what no replica says of itself. */
function replicaOf([replica, seenMsAgo, text]: [string, string, string]): readonly Replica[] {
  try {
    const { ready, ageMs } = JSON.parse(text) as { ready: unknown; ageMs: unknown };
    const isOne = replicaPattern.test(replica) && typeof ready === 'boolean' && isAge(ageMs);
    if (!isOne) return [];
    const seen = Number(seenMsAgo);
    return [{ replica, ready, ageSeconds: (ageMs + seen) / 1_000, seenSecondsAgo: seen / 1_000 }];
  } catch {
    return [];
  }
}

/** A host and a port. */
const replicaPattern = /^[^\p{C}\p{Z}]+:\d{1,5}$/u;

/** JSON can hold 1e999. */
const isAge = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
