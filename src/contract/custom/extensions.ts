import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import extensions from '../../../openapi/extensions.json' with { type: 'json' };
import { ContractError } from './error.ts';
import type { DocumentFile } from './file.ts';

/**
 * Holds every extension of Probity in a document against openapi/extensions.json, and refuses the ones that it does not
 * know.
 *
 * @throws ContractError for the first mistake, with file, line and column.
 */
export function checkExtensions({ document, place }: DocumentFile): void {
  const ajv = new Ajv2020({ strict: false, logger: false, verbose: true });
  ajv.addSchema(extensions, 'extensions');
  visit(document, [], (name, value, keys) => {
    if (!Object.hasOwn(extensions.$defs, name)) return;
    const validate = ajv.getSchema(`extensions#/$defs/${name}`);
    if (validate === undefined || validate(value)) return;
    throw new ContractError(place(keys), `${name}: ${told(validate.errors ?? [])}`);
  });
}

function visit(
  node: unknown,
  keys: readonly string[],
  look: (name: string, value: unknown, keys: readonly string[]) => void,
  seen: Set<unknown> = new Set(),
): void {
  if (typeof node !== 'object' || node === null || seen.has(node)) return;
  seen.add(node);
  for (const [key, child] of Object.entries(node)) {
    look(key, child, [...keys, key]);
    visit(child, [...keys, key], look, seen);
  }
}

/** Of the branches of a `oneOf`, the mistake that lies deepest is the one that was made. */
function told(mistakes: readonly ErrorObject[]): string {
  const [mistake] = mistakes
    .filter(({ keyword }) => keyword !== 'oneOf')
    .toSorted((one, other) => other.instancePath.length - one.instancePath.length || rank(one) - rank(other));
  if (mistake === undefined) return 'unexpected value';
  const at = mistake.instancePath === '' ? '' : `${mistake.instancePath.slice(1)}: `;
  const got = JSON.stringify(mistake.data)?.slice(0, 60);
  const { allowedValues, additionalProperty, missingProperty } = mistake.params;
  if (additionalProperty !== undefined) return `${at}unknown key \`${additionalProperty}\``;
  if (missingProperty !== undefined) return `${at}missing key \`${missingProperty}\``;
  if (allowedValues !== undefined) return `${at}expected one of ${allowedValues.join(', ')}, got ${got}`;
  return `${at}${mistake.message}, got ${got}`;
}

/** A word that is not known says more than that it is no mapping either. */
const rank = ({ keyword, data }: ErrorObject): number =>
  keyword === 'type' && typeof data === 'string' ? 1 : keyword === 'enum' && typeof data === 'object' ? 1 : 0;
