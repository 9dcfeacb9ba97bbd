/**
 * The typed client, generated from the contract.
 *
 *     const client = createClient({ baseUrl: 'http://127.0.0.1:8000' });
 *     const { data, error, response } = await getReadiness({ client });
 *
 * @module
 */
export { type Client, createClient } from '../generated/client/client/index.ts';
export * from '../generated/client/index.ts';
