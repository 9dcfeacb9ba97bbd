import { createApiClient } from '../generated/openapi-zod-client.ts';
import type { Answer, Client } from './client.ts';

/** Holds requests and answers to the schemas; what is no success is axios' error. */
async function told(asked: Promise<unknown>, status: number): Promise<Answer> {
  try {
    return { status, body: await asked };
  } catch (error) {
    const { response } = error as { response?: { status: number; data: unknown } };
    if (response === undefined) throw error;
    return { status: response.status, body: response.data };
  }
}

export function connect(baseUrl: string): Client {
  const client = createApiClient(baseUrl);
  const at = (check: string) => ({ params: { check } });
  return {
    readiness: () => told(client.getReadiness(), 200),
    check: (name) => told(client.getCheck(at(name)), 200),
    set: (check, fault) => told(client.setFault(fault, at(check)), 200),
    clear: (check) => told(client.clearFault(undefined, at(check)), 204),
  };
}
