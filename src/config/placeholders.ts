import { readAtMost } from '../base/read-file.ts';
import { kinds } from '../checks/kinds.ts';
import { longest, usualFile } from './file.ts';

/**
 * An environment in which the variables have a value that a configuration names in its URLs and tokens: for who looks at
 * times alone, and does not have the secrets. What is set stays, and whatever else is named is still missing.
 */
export async function withPlaceholders(file: string | undefined, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { parseDocument } = await import('yaml');
  try {
    const text = readAtMost(file ?? usualFile, longest.configuration).toString('utf8');
    const content = parseDocument(text, { schema: 'core', logLevel: 'silent' }).toJS();
    return { ...placeholdersIn(content), ...withoutEmpty(env) };
  } catch {
    // What cannot be read, and every mistake in it, is told when the configuration is read for good.
    return env;
  }
}

/** An empty variable is an unset one. */
const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

const host = 'unset.invalid';
const word = 'unset-unset-unset-unset';

type Node = Readonly<Record<string, unknown>>;

function placeholdersIn(content: unknown): Record<string, string> {
  const { checks, fleet, access } = (content ?? {}) as Record<string, Node | undefined>;
  const ofChecks = Object.values(checks ?? {}).map((check) => {
    const { kind, url } = (check ?? {}) as Node;
    const [scheme] = kinds[kind as keyof typeof kinds]?.schemes ?? [];
    return scheme === undefined ? {} : named(url, `${scheme}://${host}/`);
  });
  const tokens = Array.isArray(access?.tokens) ? access.tokens : [];
  const ofTokens = tokens.flatMap((token) => Object.values((token ?? {}) as Node).map((value) => named(value, word)));
  return Object.assign({}, ...ofChecks, named(fleet?.redis, `redis://${host}/`), ...ofTokens);
}

/** The variables in a text: the one that is all of it has that value, and those that are a part a word that fits anywhere. */
function named(text: unknown, whole: string): Record<string, string> {
  if (typeof text !== 'string') return {};
  const names = [...text.matchAll(/(?<!\$)\$\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, text === `\${${name}}` ? whole : 'unset']));
}
