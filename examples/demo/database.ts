import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** PostgreSQL compiled to WebAssembly, in memory, behind the real wire protocol on a free port. */
export async function startDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const db = await PGlite.create();
  // One for the check, one for its canary, and some for whoever looks into it.
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 10 });
  await server.start();
  return {
    url: `postgres://postgres@${server.getServerConn()}/postgres?sslmode=disable`,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}
