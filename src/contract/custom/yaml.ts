import { CORE_SCHEMA, load, mergeTag, type YAMLException } from 'js-yaml';
import { ContractError } from './error.ts';
import { isSound } from './json.ts';
import { mostAliased, type Places, placesIn } from './yaml-places.ts';

/** A file in YAML or JSON. */
export interface Yaml {
  /** As plain data: a tree, whose parts are nobody else's. */
  readonly value: unknown;
  /** Where everything stands: found out when it is first asked for. */
  places(): Places;
}

/** Merge keys are read as YAML 1.1 has them: what is written counts before what is merged in, wherever it stands. */
const schema = CORE_SCHEMA.withTags(mergeTag);

/**
 * @param shown the name of the file, for messages
 * @throws ContractError for the first mistake of syntax, or when it is nested too deeply, by aliases as well
 */
export function parseYaml(text: string, shown: string): Yaml {
  let places: Places | undefined;
  const find = (): Places => {
    places ??= placesIn(text, shown);
    return places;
  };
  return { value: parsed(text, shown, find), places: find };
}

/** How deep JSON and YAML may be nested. */
const deepest = 200;

function parsed(text: string, shown: string, find: () => Places): unknown {
  const json = fromJson(text);
  if (json !== undefined) return json;
  try {
    const value = load(text, { schema, maxDepth: deepest, maxTotalMergeKeys: mostAliased });
    // Only an alias can make one part stand in two places.
    return text.includes('*') ? unshared(value, text.length + mostAliased) : value;
  } catch (error) {
    // The reader of places tells more of most mistakes, and where they are.
    if (find().contents === null) return undefined;
    const { reason = 'cannot be read', mark } = error as Partial<YAMLException>;
    throw new ContractError(mark ? `${shown}:${mark.line + 1}:${mark.column + 1}` : shown, reason);
  }
}

/** JSON is read by Node's own parser; nothing where the text is none, or none that YAML would take as well. */
function fromJson(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value = JSON.parse(text);
    return isSound(text, deepest) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A copy whose parts are nobody else's, of at most so many nodes. */
function unshared(value: unknown, most: number): unknown {
  let left = most;
  const copy = (node: unknown, depth: number): unknown => {
    left -= 1;
    if (left < 0 || depth > 2 * deepest) throw new Error('too many aliases');
    if (Array.isArray(node)) return node.map((item) => copy(item, depth + 1));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, copy(item, depth + 1)]));
  };
  return copy(value, 0);
}
