import { typeError } from '../base/errors.ts';
import { masked, type UrlError } from '../base/url.ts';
import { type RedisTarget, redisTarget } from '../checks/redis/url.ts';

/**
 * Where the fleet's Redis is.
 *
 * @throws TypeError without the credentials, for anything that a check could not watch either
 */
export function fleetTarget(url: string): RedisTarget {
  try {
    return redisTarget(url);
  } catch (error) {
    const { expected } = error as UrlError;
    throw typeError(
      'PROBITY_URL',
      `Expected \`fleet.redis\` to be the URL of a Redis (${expected}), got \`${masked(String(url))}\``,
    );
  }
}
