import { dependencyUrl } from '../../base/url.ts';

/**
 * `https://user:password@host:port/path?query`: the credentials are sent as those of HTTP's Basic authentication.
 *
 * @throws UrlError for anything else, without the credentials
 */
export const httpUrl = (url: string): URL => dependencyUrl(url, ['http', 'https']);
