import { clearFault, defaults, getCheck, getReadiness, setFault } from '../generated/oazapfts.ts';
import type { Answer, Client } from './client.ts';

const told = (answer: { status: number; data?: unknown }): Answer => ({ status: answer.status, body: answer.data });

export function connect(baseUrl: string): Client {
  defaults.baseUrl = baseUrl;
  return {
    readiness: async () => told(await getReadiness()),
    check: async (name) => told(await getCheck(name)),
    set: async (check, fault) => told(await setFault(check, fault)),
    clear: async (check) => told(await clearFault(check)),
  };
}
