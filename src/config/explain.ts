import type { ErrorObject } from 'ajv';
import { keysIn } from '../base/json-pointer.ts';
import { nearest } from '../base/nearest.ts';
import { kindNames } from '../checks/kinds.ts';
import { variableOf } from './environment.ts';
import { ConfigError } from './error.ts';
import { listed, shownKey, shownValue } from './show.ts';
import type { Path, Source } from './source.ts';

/** What the validator says of a mistake, with the schema that was broken. */
export type Mistake = Pick<
  ErrorObject,
  'keyword' | 'instancePath' | 'params' | 'propertyName' | 'parentSchema' | 'data'
>;

/** The mistake in words for people. */
export function explained(mistake: Mistake, source: Source): ConfigError {
  const path = pathOf(mistake);
  const { params, data, propertyName } = mistake;
  switch (mistake.keyword) {
    case 'additionalProperties':
      return unknownKey(params.additionalProperty, path, mistake, source);
    case 'required':
      return new ConfigError(source.place(path), missing([...path, params.missingProperty], source.variables(path)));
    case 'discriminator':
      return params.tagValue === undefined
        ? new ConfigError(source.place(path), `missing key \`kind\`, one of ${listed(kindNames)}`)
        : unexpected([...path, 'kind'], oneOf(kindNames, params.tagValue), params.tagValue, source);
    case 'enum':
      return unexpected(path, oneOf(params.allowedValues, data), data, source);
    default:
      return propertyName === undefined
        ? unexpected(path, expected(mistake), data, source)
        : new ConfigError(
            source.place(path, propertyName),
            `expected ${expected(mistake)}, got \`${shownKey(propertyName)}\``,
          );
  }
}

/** Of a mapping that stands in the environment, a variable is there that means nothing by itself. */
function missing(path: Path, variables: readonly string[]): string {
  if (variables.length === 0) return `missing key \`${path.at(-1)}\``;
  return `has no effect without ${variableOf(path)}, or \`${path.join('.')}\` in a file`;
}

/** Where the mistake is in the content. */
export const pathOf = ({ instancePath }: Mistake): Path => keysIn(instancePath);

export function unexpected(path: Path, expected: string, value: unknown, source: Source): ConfigError {
  const got = shownValue(value, path, source.variables(path));
  return new ConfigError(source.place(path), `expected ${expected}, got ${got}`);
}

function unknownKey(key: string, path: Path, { parentSchema }: Mistake, source: Source): ConfigError {
  const known = Object.keys(parentSchema?.properties ?? {});
  const meant = nearest(key, known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  return new ConfigError(source.place(path, key), `unknown key \`${shownKey(key)}\`, ${hint}`);
}

function oneOf(words: readonly string[], value: unknown): string {
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  return listed(words) + (meant === undefined ? '' : ` (did you mean ${meant}?)`);
}

/** What the schema wants; see openapi/config.yaml for the descriptions. */
function expected({ parentSchema = {} }: Mistake): string {
  const { type, pattern, description, minimum, maximum, minItems, enum: words } = parentSchema;
  if (pattern !== undefined) return description.charAt(0).toLowerCase() + description.slice(1);
  if (words !== undefined) return listed(words);
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`;
  // What may be a mapping as well is mistyped, not misunderstood.
  if (type === 'boolean' || Array.isArray(type)) return 'true or false';
  if (type === 'array') return minItems === undefined ? 'a list' : `a list with at least ${minItems} item`;
  return 'a mapping';
}
