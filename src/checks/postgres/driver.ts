import { importFailure, wholeOf } from '../kit/driver.ts';

/** As much of pg as a check needs. */
export type PgDriver = Pick<typeof import('pg'), 'Client'>;

/** @throws MissingDriver when pg is not installed */
export async function loadPg(): Promise<PgDriver> {
  try {
    return wholeOf<PgDriver>(await import('pg'), 'Client');
  } catch (error) {
    throw importFailure(error, 'pg');
  }
}
