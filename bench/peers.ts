import { type BenchServer, startServer } from './server.ts';

export interface Peer {
  readonly name: string;
  /** In servers/. */
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const probity = 'probity';
export const bare = 'node:http';
/** Checks per request, and nothing else. */
export const perRequest = 'express 5';
export const validating = 'express 5 + openapi-backend';

export const peers: readonly Peer[] = [
  { name: probity, file: 'probity' },
  { name: bare, file: 'node-http' },
  { name: `${bare}, once more`, file: 'node-http' },
  { name: perRequest, file: 'express' },
  { name: validating, file: 'openapi-backend' },
  { name: '@godaddy/terminus', file: 'godaddy-terminus' },
  { name: 'lightship', file: 'lightship' },
  { name: '@nestjs/terminus', file: 'nestjs-terminus' },
  { name: '@nestjs/terminus, cached for 1 s', file: 'nestjs-terminus', env: { CACHE_MS: '1000' } },
  { name: 'fastify + under-pressure', file: 'under-pressure' },
];

export interface StartedPeer extends Peer {
  readonly server: BenchServer;
}

export const startPeer = async (peer: Peer, env: Readonly<Record<string, string>>): Promise<StartedPeer> => ({
  ...peer,
  server: await startServer(peer.file, { ...env, ...peer.env }),
});
