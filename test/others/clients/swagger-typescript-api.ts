import { Api, type HttpResponse } from '../generated/swagger-typescript-api.ts';
import type { Answer, Client } from './client.ts';

/** What is no success is thrown, as a response of the same form. */
async function told(asked: Promise<HttpResponse<unknown, unknown>>): Promise<Answer> {
  const { status, data, error } = await asked.catch((refused: HttpResponse<unknown, unknown>) => refused);
  return { status, body: data ?? error };
}

export function connect(baseUrl: string): Client {
  const { ready, checks, faults } = new Api({ baseUrl });
  return {
    readiness: () => told(ready.getReadiness()),
    check: (name) => told(checks.getCheck(name)),
    set: (check, fault) => told(faults.setFault(check, fault)),
    clear: (check) => told(faults.clearFault(check)),
  };
}
