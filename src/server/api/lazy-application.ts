import type { RequestListener } from 'node:http';
import type { Log } from '../../base/log.ts';
import { fail } from '../../probes/reply.ts';
import { boundedLog } from '../bounded-log.ts';
import type { Refuse } from '../server.ts';

/**
 * The application, loaded when the first request for it comes: Express, openapi-backend and ajv take ten times as long
 * to load as all the rest, and the probes don't wait for them. What failed to load is tried again.
 */
export function lazyApplication(load: () => Promise<RequestListener>, refuse: Refuse, log: Log): RequestListener {
  const bounded = boundedLog(log);
  let loading: Promise<RequestListener> | undefined;
  return async (request, response) => {
    loading ??= load();
    try {
      (await loading)(request, response);
    } catch (error) {
      loading = undefined;
      bounded.error({ err: error }, 'the application cannot be loaded');
      fail(response, refuse(500, 'The request failed'));
    }
  };
}
