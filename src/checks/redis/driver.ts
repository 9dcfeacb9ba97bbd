import { importFailure, wholeOf } from '../kit/driver.ts';
import type { TopologyDriver } from './topology.ts';

/** @throws MissingDriver when ioredis is not installed */
export async function loadIoredis(): Promise<TopologyDriver> {
  try {
    return wholeOf<TopologyDriver>(await import('ioredis'), 'Redis');
  } catch (error) {
    throw importFailure(error, 'ioredis');
  }
}
