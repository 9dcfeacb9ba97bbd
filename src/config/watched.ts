import { oneLine } from '../base/shown.ts';
import { checkVariables } from './environment.ts';
import { ConfigError } from './error.ts';
import { fileSource, usualFile } from './file.ts';
import type { Settings, SettingsOptions } from './settings.ts';
import { listed } from './show.ts';

/**
 * A service that watches nothing is ready, always: that is hardly meant, unless a file says so.
 *
 * @throws ConfigError naming what was looked for
 */
export async function proveWatching(
  { checks, heartbeats }: Pick<Settings, 'checks' | 'heartbeats'>,
  { file, folder = '.', env }: SettingsOptions,
): Promise<void> {
  if (Object.keys(checks).length > 0 || Object.keys(heartbeats).length > 0) return;
  const source = await fileSource(file, folder, env);
  if (source === undefined)
    throw new ConfigError(
      'nothing to watch',
      `expected ${listed(checkVariables)}, or ${usualFile} with \`checks\` or \`heartbeats\`; found none`,
    );
  if (Object.hasOwn(Object(source.content), 'checks')) return;
  throw new ConfigError(
    oneLine(file ?? usualFile),
    'nothing to watch: expected `checks` or `heartbeats` (`checks: {}` if none is meant)',
  );
}
