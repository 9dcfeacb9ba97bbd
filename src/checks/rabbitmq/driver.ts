import { importFailure, wholeOf } from '../kit/driver.ts';

/** As much of amqplib as a check needs. */
export type AmqpDriver = Pick<typeof import('amqplib'), 'connect'>;

/** @throws MissingDriver when amqplib is not installed */
export async function loadAmqplib(): Promise<AmqpDriver> {
  try {
    return wholeOf<AmqpDriver>(await import('amqplib'), 'connect');
  } catch (error) {
    throw importFailure(error, 'amqplib');
  }
}
