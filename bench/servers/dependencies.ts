import { Redis } from 'ioredis';
import pg from 'pg';

const { DATABASE_URL = '', REDIS_URL = '' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL });
const client = new Redis(REDIS_URL);

/** What a peer does for each readiness request, with the clients that an application has anyway. */
export const checkDatabase = (): Promise<unknown> => pool.query('SELECT 1');
export const checkCache = (): Promise<unknown> => client.ping();
export const checkAll = (): Promise<unknown> => Promise.all([checkDatabase(), checkCache()]);
