import { childItself, follow, type OpenApiDocument, type Place } from '../contract/document.ts';
import type { Operation } from '../contract/operations.ts';

/** What an operation is asked with. */
export interface Request {
  /** With its parameters filled in, and the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly schema?: Readonly<Record<string, unknown>>;
}

type Parameters = { readonly parameters?: readonly unknown[] };

/** The request for an operation, from the examples of the parameters that it needs; or what it cannot be asked without. */
export function requestFor(document: OpenApiDocument, operation: Operation): Request | string {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let { path } = operation;
  for (const parameter of parametersOf(document, operation)) {
    const inPath = parameter.in === 'path';
    if (!inPath && parameter.required !== true) continue;
    const value = exampleOf(document, parameter);
    if (value === undefined) return `needs the ${parameter.in} parameter ${parameter.name}, which has no example`;
    if (inPath) path = path.replaceAll(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') query.append(parameter.name, value);
    else if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = value;
    else headers.cookie = [headers.cookie, `${parameter.name}=${value}`].filter(Boolean).join('; ');
  }
  const [unfilled] = /\{[^}]*\}/.exec(path) ?? [];
  if (unfilled !== undefined) return `needs the path parameter ${unfilled.slice(1, -1)}, which is not declared`;
  return { path: query.size === 0 ? path : `${path}?${query}`, headers };
}

/** Those of the operation, and those of its path that it does not declare itself. */
function parametersOf(document: OpenApiDocument, { key, method }: Operation): Parameter[] {
  const paths = { node: document.paths, ref: '#/paths' };
  const item = follow<Parameters & Record<string, Parameters>>(document, childItself(paths, key));
  const operation = follow<Parameters>(document, childItself(item, method));
  const found = new Map<string, Parameter>();
  for (const place of [item, operation] as readonly Place<Parameters>[]) {
    const list = childItself<readonly unknown[]>(place, 'parameters');
    for (const index of (list.node ?? []).keys()) {
      const { node } = follow<Parameter>(document, childItself(list, String(index)));
      found.set(`${node.in} ${node.name}`, node);
    }
  }
  return [...found.values()];
}

function exampleOf(document: OpenApiDocument, { example, examples = {}, schema }: Parameter): string | undefined {
  const [named] = Object.values(examples);
  const { node = {} } = schema === undefined ? {} : follow(document, { node: schema, ref: '#' });
  const { examples: list, enum: words } = node as { examples?: unknown; enum?: unknown };
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);
  const found = [example, named?.value, node.example, first(list), node.default, node.const, first(words)];
  const value = found.find((one) => one !== undefined && one !== null && typeof one !== 'object');
  return value === undefined ? undefined : String(value);
}
