import type { ErrorObject } from 'ajv';
import { isObject } from '../../base/is-object.ts';
import { deepest, onlyValue } from '../../contract/mistakes.ts';
import type { Json } from '../../contract/walk.ts';

/**
 * What is wrong with a request, in one line: the place, what was expected, and the place in the schema, such as
 * `requestBody/ttlSeconds must be >= 1 (#/…)`.
 *
 * @param mistakes ajv's, each with the schema and the value that it is about (`verbose`)
 */
export function requestMistake(mistakes: readonly ErrorObject[]): string {
  const choice = mistakes.map(choiceOf).find((found) => found !== undefined);
  if (choice !== undefined && !choice.isKnown) return choice.refusal;
  const branch = choice === undefined ? mistakes : mistakes.filter(({ schemaPath }) => choice.isMeant(schemaPath));
  const own = (branch.length === 0 ? mistakes : branch).filter(({ keyword }) => !ofBranches.has(keyword));
  const mistake = deepest(own);
  return `${placeOf(mistake)} ${expected(mistake)} (${mistake?.schemaPath})`;
}

/** What only says that a branch of several was not meant. */
const ofBranches: ReadonlySet<string> = new Set(['const', 'oneOf']);

const placeOf = (mistake: ErrorObject | undefined): string => mistake?.instancePath.slice(1) || 'request';

function expected(mistake: ErrorObject | undefined): string {
  const { additionalProperty } = mistake?.params ?? {};
  return additionalProperty === undefined
    ? (mistake?.message ?? 'is not what is declared')
    : `must not have the property ${shown(additionalProperty)}`;
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 60);

/** What a `discriminator` makes of a value: the branch that it names, or the words that it could have said. */
interface Choice {
  readonly isKnown: boolean;
  readonly refusal: string;
  isMeant(schemaPath: string): boolean;
}

function choiceOf(mistake: ErrorObject): Choice | undefined {
  const { keyword, parentSchema, schema, data, schemaPath } = mistake;
  const { discriminator } = parentSchema ?? {};
  if (keyword !== 'oneOf' || !isObject(discriminator) || !Array.isArray(schema) || !isObject(data)) return undefined;
  const property = String(discriminator.propertyName);
  const known = (schema as Json[]).map(({ properties }) => {
    const word = isObject(properties) ? properties[property] : undefined;
    return isObject(word) ? onlyValue(word)?.value : undefined;
  });
  const value = data[property];
  const words = known.join(', ');
  const what =
    value === undefined
      ? `${placeOf(mistake)} must have required property '${property}', one of ${words}`
      : `${placeOf(mistake)}/${property} must be one of ${words}, got ${shown(value)}`;
  return {
    isKnown: known.includes(value),
    refusal: `${what} (${schemaPath})`,
    isMeant: (path) => path.startsWith(`${schemaPath}/${known.indexOf(value)}/`),
  };
}
