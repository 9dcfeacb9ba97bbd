import { defaultProtect, isGuarded, type Protected, servedOn } from './access.ts';
import type { Contract } from './contract.ts';
import { child, type OpenApiDocument } from './document.ts';
import type { Operation } from './operations.ts';

type Schemes = Readonly<Record<string, { readonly type?: unknown; readonly scheme?: unknown }>>;
type Components = { readonly securitySchemes?: Schemes };

interface Access {
  readonly tokens?: readonly unknown[] | undefined;
  readonly protect?: readonly Protected[] | undefined;
}

/** The contract of a service that lets in whom `access` says: where there are tokens, it says what needs one. */
export function secured(contract: Contract, { tokens = [], protect = defaultProtect }: Access): Contract {
  if (tokens.length === 0) return contract;
  const guarded = servedOn(contract, 'everything').filter((operation) => isGuarded(operation, protect));
  const { document } = contract;
  const components: Components = (document as { components?: Components }).components ?? {};
  const [name, securitySchemes] = withBearer(components.securitySchemes ?? {});
  const paths: Record<string, Readonly<Record<string, unknown>>> = { ...document.paths };
  for (const operation of guarded) paths[operation.key] = withSecurity(document, paths, operation, [{ [name]: [] }]);
  return { ...contract, document: { ...document, paths, components: { ...components, securitySchemes } } as never };
}

/** The path item of an operation, which may stand elsewhere, with what the operation needs. */
function withSecurity(
  document: OpenApiDocument,
  paths: OpenApiDocument['paths'],
  { key, method }: Operation,
  security: readonly object[],
): Readonly<Record<string, unknown>> {
  const item = child<Record<string, unknown>>(document, { node: paths, ref: '#/paths' }, key);
  const operation = child<object>(document, item, method);
  return { ...item.node, [method]: { ...operation.node, security } };
}

/** The schemes with one for bearer tokens. Of several the last: what is merged in comes after the document's own. */
function withBearer(schemes: Schemes): [name: string, schemes: Schemes] {
  const isBearer = ({ type, scheme }: Schemes[string]): boolean =>
    type === 'http' && String(scheme).toLowerCase() === 'bearer';
  const known = Object.entries(schemes).findLast(([, scheme]) => isBearer(scheme));
  if (known !== undefined) return [known[0], schemes];
  const name = Object.hasOwn(schemes, 'bearer') ? 'probityBearer' : 'bearer';
  return [name, { ...schemes, [name]: { type: 'http', scheme: 'bearer' } }];
}
