import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import extensions from '../../../openapi/extensions.json' with { type: 'json' };
import { keysIn } from '../../base/json-pointer.ts';
import { type Json, walk } from '../walk.ts';
import { ContractError } from './error.ts';
import type { DocumentFile } from './file.ts';

/**
 * Holds every extension of Probity in a document against openapi/extensions.json, and refuses the ones that it does not
 * know.
 *
 * @throws ContractError for the first mistake, with file, line and column.
 */
export function checkExtensions({ document, place }: DocumentFile): void {
  checkVersion(document as unknown as Json, place);
  const ajv = new Ajv2020({ strict: false, logger: false, verbose: true });
  ajv.addSchema(extensions, 'extensions');
  proveExtension(ajv, 'Document', document, [], place);
  walk(document as unknown as Json, (node, _, keys) => {
    for (const [name, value] of Object.entries(node))
      if (name.startsWith('x-') && Object.hasOwn(extensions.$defs, name))
        proveExtension(ajv, name, value, [...keys, name], place);
    return undefined;
  });
}

const versions = 'OpenAPI 3.0, 3.1 or 3.2';

function checkVersion({ openapi, swagger }: Json, place: DocumentFile['place']): void {
  if (typeof swagger === 'string' || typeof swagger === 'number')
    throw new ContractError(
      place(['swagger']),
      `expected ${versions}, got Swagger ${swagger}; convert it: npx swagger2openapi FILE --outfile openapi.yaml`,
    );
  if (openapi === undefined) throw new ContractError(place([]), 'missing key `openapi`; add openapi: 3.1.0');
  if (typeof openapi === 'string' && /^3\.[012](\.\d+)?(-\S*)?$/.test(openapi)) return;
  throw new ContractError(
    place(['openapi']),
    `openapi: expected ${versions}, such as 3.1.0, got ${JSON.stringify(openapi)}`,
  );
}

function proveExtension(
  ajv: Ajv2020,
  name: string,
  value: unknown,
  keys: readonly string[],
  place: DocumentFile['place'],
): void {
  const validate = ajv.getSchema(`extensions#/$defs/${name}`);
  if (validate === undefined || validate(value)) return;
  const mistake = worst(validate.errors ?? []);
  const inside = keysIn(mistake?.instancePath ?? '');
  const where = [...(name === 'Document' ? [] : [name]), ...inside].join('.');
  throw new ContractError(place([...keys, ...inside]), `${where}${where === '' ? '' : ': '}${told(mistake)}`);
}

/** Of the branches of a `oneOf`, the mistake that lies deepest is the one that was made. */
function worst(mistakes: readonly ErrorObject[]): ErrorObject | undefined {
  const [mistake] = mistakes
    .filter(({ keyword }) => keyword !== 'oneOf' && keyword !== 'propertyNames')
    .toSorted((one, other) => other.instancePath.length - one.instancePath.length || rank(one) - rank(other));
  return mistake;
}

function told(mistake: ErrorObject | undefined): string {
  if (mistake === undefined) return 'unexpected value';
  const { allowedValues, additionalProperty, missingProperty } = mistake.params;
  if (additionalProperty !== undefined) return `unknown key \`${additionalProperty}\``;
  if (missingProperty !== undefined) return `missing key \`${missingProperty}\``;
  const got =
    typeof mistake.data === 'object' && mistake.data !== null ? 'a mapping or a list' : JSON.stringify(mistake.data);
  if (allowedValues !== undefined) return `expected one of ${allowedValues.join(', ')}, got ${got}`;
  const { description } = mistake.parentSchema as { description?: string };
  const expected =
    mistake.keyword === 'pattern' && description !== undefined ? `expected ${description}` : mistake.message;
  return `${expected}, got ${got?.slice(0, 60)}`;
}

/** A word that is not known says more than that it is no mapping either. */
const rank = ({ keyword, data }: ErrorObject): number =>
  keyword === 'type' && typeof data === 'string' ? 1 : keyword === 'enum' && typeof data === 'object' ? 1 : 0;
