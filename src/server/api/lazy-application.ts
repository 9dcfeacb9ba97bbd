import type { RequestListener } from 'node:http';
import type { Log } from '../../base/log.ts';
import { madeOnce } from '../../base/made-once.ts';
import { fail } from '../../probes/reply.ts';
import { boundedLog } from '../bounded-log.ts';
import type { Refuse } from '../server.ts';

/**
 * The application, loaded when the first request for it comes: Express, openapi-backend and ajv take ten times as long
 * to load as all the rest, and the probes don't wait for them. What failed to load is tried again.
 */
export function lazyApplication(load: () => Promise<RequestListener>, refuse: Refuse, log: Log): RequestListener {
  const bounded = boundedLog(log);
  const application = madeOnce(load);
  return async (request, response) => {
    try {
      (await application())(request, response);
    } catch (error) {
      bounded.error({ err: error }, `the application cannot be loaded${hintOf(error)}`);
      fail(response, refuse(500, 'The request failed'));
    }
  };
}

/** Express is CommonJS: esbuild makes ES modules of it in which `require` is missing, and says so only when they run. */
const hintOf = (error: unknown): string =>
  error instanceof Error && error.message.startsWith('Dynamic require of ')
    ? `: the bundle lacks \`require\`, which esbuild adds with --banner:js="${banner}"`
    : '';

const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
