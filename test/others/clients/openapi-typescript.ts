import createClient from 'openapi-fetch';
import type { paths } from '../generated/openapi-typescript.ts';
import type { Answer, Client } from './client.ts';

const told = ({ data, error, response }: { data?: unknown; error?: unknown; response: Response }): Answer => ({
  status: response.status,
  body: data ?? error,
});

export function connect(baseUrl: string): Client {
  const client = createClient<paths>({ baseUrl });
  const at = (check: string) => ({ params: { path: { check } } });
  return {
    readiness: async () => told(await client.GET('/ready')),
    check: async (name) => told(await client.GET('/checks/{check}', at(name))),
    set: async (check, body) => told(await client.PUT('/faults/{check}', { ...at(check), body })),
    clear: async (check) => told(await client.DELETE('/faults/{check}', at(check))),
  };
}
