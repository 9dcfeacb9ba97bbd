import { kinds } from '../../checks/kinds.ts';
import { ConfigError } from '../../config/error.ts';
import type { Settings } from '../../config/settings.ts';
import { placeOf } from '../../config/validate.ts';
import { isInstalled } from './optional.ts';

/**
 * A check whose driver is not installed will never succeed, and is told of at the start. Nothing is loaded for it.
 *
 * @throws ConfigError naming the check and the package
 */
export function proveDrivers({ checks, fleet }: Pick<Settings, 'checks' | 'fleet'>): void {
  for (const [name, check] of Object.entries(checks)) {
    const driver = kinds[check.kind].package;
    if (driver !== undefined && !isInstalled(driver))
      throw new ConfigError(
        placeOf(name, check, 'url'),
        `${check.kind} needs the package ${driver}: npm install ${driver}`,
        'PROBITY_DRIVER',
      );
  }
  if (fleet !== undefined && !isInstalled('ioredis'))
    throw new ConfigError('fleet.redis', 'needs the package ioredis: npm install ioredis', 'PROBITY_DRIVER');
}
