import { dependencyUrl, text, UrlError, type UrlParameters, wholeNumber } from '../../base/url.ts';

/** What amqplib asks the server for. A length that is larger is made of another protocol's letters. */
export const largestFrame = 131_072;

/** What amqplib takes from a query. */
const parameters: UrlParameters = {
  heartbeat: wholeNumber(0, 65_535),
  channelMax: wholeNumber(0, 65_535),
  frameMax: wholeNumber(4_096, largestFrame),
  locale: text,
};

/**
 * `amqp://user:password@host:port/vhost?heartbeat=30`, or `amqps:` for TLS.
 *
 * @throws UrlError naming what else it says, without the credentials
 */
export function rabbitmqUrl(url: string): URL {
  const target = dependencyUrl(url, ['amqp', 'amqps'], parameters);
  if (target.pathname.lastIndexOf('/') > 0)
    throw new UrlError(url, 'an amqp:// URL with the `/` in its virtual host written as %2F');
  return target;
}
