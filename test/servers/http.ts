import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  createServer as createPlain,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program, temporaryFolder } from './process.ts';

/** An HTTP server in this process that answers as it is told. */
export interface HttpServer {
  /** Without a path, and without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Every request so far. */
  readonly requests: readonly HttpRequest[];
  /** Answers all requests in this way from now on; 200 and `{"status":"up"}` at first. */
  answer(how: RequestListener): void;
  /** Serves this certificate from now on. */
  present(tls: Certificate): void;
  /** How many connections stand. */
  connections(): number;
  /** Destroys all connections. */
  cut(): void;
  dispose(): Promise<void>;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

export interface HttpServerOptions {
  /** The key and certificate to serve TLS with, as `certificate` makes them. */
  tls?: Certificate;
  /** The authority of those that may connect; everybody may when left out. */
  clients?: string;
  port?: number;
}

export async function startHttp({ tls, clients, port = 0 }: HttpServerOptions = {}): Promise<HttpServer> {
  let how: RequestListener = json({ status: 'up' });
  const requests: HttpRequest[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    how(request, response);
  };
  const asked = clients === undefined ? {} : { ca: clients, requestCert: true };
  const server = tls ? createSecure({ key: tls.key, cert: tls.cert, ...asked }, listener) : createPlain(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    answer(listener) {
      how = listener;
    },
    present(tls) {
      if ('setSecureContext' in server) server.setSecureContext({ ...tls });
    },
    connections: () => sockets.size,
    cut,
    dispose() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function status(code: number, body = ''): RequestListener {
  return (_, response) => response.writeHead(code).end(body);
}

export function json(body: unknown, code = 200): RequestListener {
  return (_, response) => response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function redirect(location: string, code = 302): RequestListener {
  return (_, response) => response.writeHead(code, { location }).end();
}

/** A body without end, as fast as it is taken. */
export function endless(): RequestListener {
  const piece = Buffer.alloc(16_384, 'x');
  return (_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', write);
    write();
  };
}

/** A body of one byte now and then, without end. */
export function drip(everyMs: number): RequestListener {
  return (_, response) => {
    response.write('x');
    const timer = setInterval(() => response.write('x'), everyMs);
    response.on('close', () => clearInterval(timer));
  };
}

/** Nothing, not even a status. */
export function silence(): RequestListener {
  return () => {};
}

/** The headers, and never the body that they promise. */
export function headersOnly(): RequestListener {
  return (_, response) => response.writeHead(200, { 'content-length': 10 }).flushHeaders();
}

/** These bytes instead of an HTTP response, and the end of the connection. */
export function raw(bytes: string): RequestListener {
  return (_, response: ServerResponse) => response.socket?.end(bytes);
}

export function later(ms: number, how: RequestListener): RequestListener {
  return (request, response) => {
    setTimeout(how, ms, request, response);
  };
}

export interface Certificate {
  key: string;
  cert: string;
}

/** A self-signed certificate for `hosts`, names or addresses, for so many days from now or of the year 2020. */
export async function certificate(
  hosts: string | readonly string[] = '127.0.0.1',
  { expired = false, days = 1 }: { expired?: boolean; days?: number } = {},
): Promise<Certificate> {
  const folder = temporaryFolder('certificate');
  const openssl = (...args: string[]) => promisify(execFile)(program('openssl'), args, { cwd: folder.path });
  const names = [hosts].flat().map((host) => (isIP(host) ? `IP:${host}` : `DNS:${host}`));
  const from = expired ? Date.UTC(2020) : Date.now() - day;
  // "openssl ca", because "openssl req" knows no certificate that is over.
  try {
    writeFileSync(join(folder.path, 'index.txt'), '');
    writeFileSync(join(folder.path, 'ca.conf'), authority);
    await openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      '-subj',
      // One name each: of two with the same, OpenSSL takes one for the authority of the other.
      `/CN=Probity test ${++certificates}`,
      '-addext',
      `subjectAltName=${names}`,
    );
    await openssl(
      'ca',
      '-batch',
      '-notext',
      '-selfsign',
      '-config',
      'ca.conf',
      '-keyfile',
      'key.pem',
      '-in',
      'request.pem',
      '-out',
      'cert.pem',
      '-startdate',
      opensslDate(from),
      '-enddate',
      opensslDate(from + (days + 1) * day),
    );
    return {
      key: readFileSync(join(folder.path, 'key.pem'), 'utf8'),
      cert: readFileSync(join(folder.path, 'cert.pem'), 'utf8'),
    };
  } finally {
    folder.remove();
  }
}

let certificates = 0;

const day = 86_400_000;

const authority = `
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
default_md = sha256
rand_serial = yes
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

function opensslDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
}
