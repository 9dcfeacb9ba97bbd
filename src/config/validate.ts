import type { CheckConfig, Config } from '../../generated/config/types.gen.ts';
import { validateConfig } from '../../generated/config/validators.gen.ts';
import { milliseconds } from '../base/duration.ts';
import { UrlError } from '../base/url.ts';
import { jsonBodyCheck } from '../checks/http/json-body.ts';
import { kinds } from '../checks/kinds.ts';
import { tlsMaterial } from '../checks/kit/tls.ts';
import { redisTarget } from '../checks/redis/url.ts';
import { rulesOf } from '../health/rules.ts';
import { ConfigError } from './error.ts';
import { explained, type Mistake, pathOf, unexpected } from './explain.ts';
import type { Path, Source } from './source.ts';

/**
 * The content of a source, when it satisfies the schema and its checks can be run.
 *
 * @throws ConfigError for the first mistake.
 */
export function validated(source: Source): Config {
  const content = satisfying(source);
  for (const [name, value] of Object.entries(content.shutdown ?? {}))
    if (typeof value === 'string') proveDuration(['shutdown', name], value, source);
  for (const [name, value] of Object.entries(content.heartbeats ?? {}))
    proveDuration(['heartbeats', name], value, source);
  for (const [name, check] of Object.entries(content.checks ?? {})) proveCheck(name, check, source);
  const { fleet } = content;
  const fleetError = fleet && errorOf(() => redisTarget(fleet.redis));
  if (fleetError) throw unexpected(['fleet', 'redis'], expectedOf(fleetError), fleet.redis, source);
  return content;
}

function satisfying(source: Source): Config {
  const { content } = source;
  if (validateConfig(content)) return content;
  // The environment holds strings only: where the schema wants another type, the string is read as that type.
  const wrongType = mistakes().filter(({ keyword }) => keyword === 'type');
  for (const mistake of wrongType) if (source.variables(pathOf(mistake)).length > 0) retype(content, mistake);
  if (validateConfig(content)) return content;
  const found = mistakes();
  // A mistyped key is also a missing one: the first explains the second.
  const first = found.find(({ keyword }) => keyword === 'additionalProperties') ?? found[0];
  throw explained(first as Mistake, source);
}

function mistakes(): readonly Mistake[] {
  return validateConfig.errors ?? [];
}

/** Replaces a string by the number or boolean that it spells. */
function retype(content: unknown, mistake: Mistake): void {
  const { data, params } = mistake;
  const path = pathOf(mistake);
  const parent = path.slice(0, -1).reduce((value, key) => (value as Record<string, unknown>)[key], content);
  const set = (value: unknown): unknown => Object.assign(parent as object, { [path.at(-1) ?? '']: value });
  const text = String(data);
  if (params.type === 'integer' && /^\d+$/.test(text)) set(Number(text));
  if (String(params.type).includes('boolean') && /^(true|false)$/.test(text)) set(text === 'true');
}

/** Where checks of validated settings stand: some mistakes are found when the check is made. */
const places = new WeakMap<CheckConfig, (option: string) => string>();

/** The place of a check's option, for people. */
export const placeOf = (name: string, check: CheckConfig, option: string): string =>
  places.get(check)?.(option) ?? `checks.${name}.${option}`;

/** What a schema cannot say; the functions that will make the check have the last word. */
function proveCheck(name: string, check: CheckConfig, source: Source): void {
  const path = ['checks', name];
  places.set(check, (option) => source.place([...path, option]));
  const urlError = errorOf(() => kinds[check.kind].proveUrl(check.url));
  if (urlError) throw unexpected([...path, 'url'], expectedOf(urlError), check.url, source);
  const schema = check.kind === 'http' ? check.schema : undefined;
  const schemaError = schema && errorOf(() => jsonBodyCheck(schema));
  if (schemaError) throw new ConfigError(source.place([...path, 'schema']), schemaError.message.replace(/^E/, 'e'));
  for (const option of ['interval', 'timeout', 'staleAfter'] as const) {
    const value = check[option];
    if (value) proveDuration([...path, option], value, source);
  }
  const tlsError = errorOf(() => tlsMaterial('tls' in check ? check.tls : undefined));
  if (tlsError) throw new ConfigError(source.place([...path, 'tls']), tlsError.message.replace(/^E/, 'e'));
  const rulesError = errorOf(() => rulesOf(name, check));
  const [, option = ''] = /`checks\.[\w-]+\.(\w+)/.exec(rulesError?.message ?? '') ?? [];
  if (rulesError) throw new ConfigError(source.place([...path, option]), rulesError.message.replace(/^E/, 'e'));
}

function proveDuration(path: Path, value: string | number, source: Source): void {
  const mistake = errorOf(() => milliseconds(path.join('.'), value));
  if (mistake) throw unexpected(path, 'a positive duration of at most 24 days', value, source);
}

/** A malformed URL that begins as it should usually has a password in it that means something in URLs. */
const validUrl = 'a valid URL, special characters of its user and password percent-encoded';

function expectedOf(error: Error): string {
  const isNamed = error instanceof UrlError && !/^an? \S+:\/\/ URL$/.test(error.expected);
  return isNamed ? error.expected : validUrl;
}

function errorOf(action: () => unknown): Error | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
