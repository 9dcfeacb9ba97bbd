import { kinds } from '../checks/kinds.ts';
import type { Path, Source } from './source.ts';
import { tokensIn } from './tokens.ts';

/** A setting that stands in the environment. */
interface Variable {
  readonly name: string;
  readonly path: Path;
  /** Whether it is a URL, which may have a password in it. */
  readonly isUrl?: true;
  /** What its text says; the text itself when left out. */
  read?(text: string): unknown;
}

/** What is needed of a section stands before the rest of it. */
const settings: readonly Variable[] = [
  { name: 'HOST', path: ['host'] },
  { name: 'PORT', path: ['port'] },
  { name: 'RELEASE_ID', path: ['releaseId'] },
  { name: 'SIMULATION', path: ['simulation'] },
  { name: 'PROBITY_TOKENS', path: ['access', 'tokens'], read: tokensIn },
  { name: 'PROBITY_TOKENS_FILE', path: ['access', 'tokensFile'] },
  { name: 'MANAGEMENT_PORT', path: ['management', 'port'] },
  { name: 'MANAGEMENT_HOST', path: ['management', 'host'] },
  { name: 'FLEET_REDIS_URL', path: ['fleet', 'redis'], isUrl: true },
  { name: 'FLEET_NAME', path: ['fleet', 'name'] },
  { name: 'LOG_LEVEL', path: ['log', 'level'] },
  { name: 'DRAIN_DELAY', path: ['shutdown', 'drainDelay'] },
];

/** What makes a check where there is no file. */
const checks = Object.entries(kinds).map(([kind, { variable: name, usualName }]) => ({ name, kind, usualName }));

const all: readonly Variable[] = [
  ...settings,
  ...checks.map(({ name, usualName }): Variable => ({ name, path: ['checks', usualName, 'url'], isUrl: true })),
];

/** What makes a check without a file. */
export const checkVariables: readonly string[] = checks.map(({ name }) => name);

/** Those whose value is a URL that may have a password in it. */
export const urlVariables: readonly string[] = all.flatMap(({ name, isUrl }) => (isUrl ? [name] : []));

/**
 * The variable that the value at `path` would come from. A section that lacks what it needs can only have come from the
 * last of its variables.
 */
export function variableOf(path: Path): string {
  const holding = all.find((one) => isWithin(path, one.path)) ?? all.findLast((one) => isWithin(one.path, path));
  return holding?.name ?? '';
}

const isWithin = (path: Path, outer: Path): boolean => outer.every((key, index) => path[index] === key);

/** The configuration that stands in the environment, with the checks or without. An empty variable is an unset one. */
export function environmentSource(env: NodeJS.ProcessEnv, withChecks: boolean): Source {
  const content: Record<string, unknown> = {};
  for (const { name, path, read } of settings) {
    const text = env[name];
    if (text) put(content, path, read?.(text) ?? text);
  }
  if (withChecks) content.checks = checksOf(env);
  return {
    content,
    place: (path) => `environment variable ${variableOf(path)}`,
    variables: (path) => [variableOf(path)],
  };
}

function put(content: Record<string, unknown>, [key = '', ...rest]: Path, value: unknown): void {
  if (rest.length > 0) {
    const section = { ...(content[key] as object) };
    put(section, rest, value);
    content[key] = section;
  } else content[key] = value;
}

function checksOf(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const set = checks.flatMap(({ name, kind, usualName }) => (env[name] ? [[usualName, { kind, url: env[name] }]] : []));
  return Object.fromEntries(set);
}
