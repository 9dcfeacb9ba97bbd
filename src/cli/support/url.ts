/** An address of IPv6 stands in brackets in a URL. */
export const urlOf = (host: string, port: number | string): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
