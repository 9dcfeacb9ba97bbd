import { UrlError } from '../base/url.ts';
import { type ConfigOf, type Kind, kinds } from '../checks/kinds.ts';
import type { CheckDefinition } from '../health/checker.ts';
import { ConfigError } from './error.ts';
import type { CheckConfig } from './settings.ts';
import { placeOf } from './validate.ts';

/** The checks that a configuration asks for. Only their kinds are loaded, and no driver before the first run. */
export async function definitionsOf(
  checks: Readonly<Record<string, CheckConfig>>,
): Promise<Record<string, CheckDefinition>> {
  const definitions = Object.entries(checks).map(async ([name, config]) => {
    try {
      return [name, await definitionOf(config)] as const;
    } catch (error) {
      // What stands in the settings is right by now, but for the files that a URL names.
      if (!(error instanceof UrlError)) throw error;
      throw new ConfigError(placeOf(name, config, 'url'), `expected ${error.expected}`);
    }
  });
  return Object.fromEntries(await Promise.all(definitions));
}

async function definitionOf<Name extends Kind>({ kind, url, ...options }: ConfigOf<Name>): Promise<CheckDefinition> {
  const make = await kinds[kind].load();
  return make(url, options);
}
