import { isObject } from '../base/is-object.ts';
import { child, type OpenApiDocument, type Place } from '../contract/document.ts';
import type { Json } from '../contract/walk.ts';
import { compareRequest, schemaOf } from './bodies.ts';
import type { Pair, Side } from './pair.ts';

/** What a client sends. */
export function compareRequests(pair: Pair): void {
  compareParameters(pair);
  compareBody(pair);
}

type Parameter = Place<{
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly schema?: unknown;
}>;

function compareParameters({ old, new: now, report }: Pair): void {
  const before = parametersOf(old);
  for (const [key, parameter] of parametersOf(now)) {
    const other = before.get(key);
    const name = `${parameter.node.in} parameter ${parameter.node.name}`;
    const isPath = parameter.node.in === 'path';
    if (!isPath && parameter.node.required === true && other?.node.required !== true)
      report({
        in: 'new',
        ref: parameter.ref,
        what: `${name} is required`,
        why: 'a client does not send it',
        whom: 'clients',
      });
    if (other !== undefined)
      compareRequest({
        old: { document: old.document, schema: schemaOf(other) },
        new: { document: now.document, schema: schemaOf(parameter) },
        name,
        at: parameter.ref,
        report,
      });
  }
}

/** By place and name; the operation's own count before those of its path. A parameter of a path is known by its position. */
function parametersOf({ document, operation, object }: Side): Map<string, Parameter> {
  const item = child<Json>(document, { node: document.paths, ref: '#/paths' }, operation.key);
  const all = [...listed(document, item), ...listed(document, object)];
  const order = [...operation.key.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  return new Map(
    all.map((parameter) => {
      const { in: where, name = '' } = parameter.node;
      return [
        `${where} ${where === 'path' ? order.indexOf(name) : where === 'header' ? name.toLowerCase() : name}`,
        parameter,
      ];
    }),
  );
}

function listed(document: OpenApiDocument, parent: Place<object>): Parameter[] {
  const list = child<unknown[]>(document, parent, 'parameters');
  if (!Array.isArray(list.node)) return [];
  return list.node
    .map((_, index) => child(document, list, String(index)) as Parameter)
    .filter(({ node }) => isObject(node));
}

type Body = Place<{ readonly required?: boolean; readonly content?: Json }>;

const bodyOf = ({ document, object }: Side): Body | undefined => {
  const body = child<{ content?: Json }>(document, object, 'requestBody');
  return isObject(body.node) ? body : undefined;
};

function compareBody(pair: Pair): void {
  const { old, new: now, report } = pair;
  const [was, is] = [bodyOf(old), bodyOf(now)];
  if (is?.node.required === true && was?.node.required !== true)
    report({ in: 'new', ref: is.ref, what: 'a body is required', why: 'a client does not send it', whom: 'clients' });
  if (was !== undefined && is === undefined)
    report({
      in: 'old',
      ref: was.ref,
      what: 'no body is taken any more',
      why: 'what a client sends is not read',
      whom: 'clients',
    });
  if (was !== undefined && is !== undefined) compareContents(pair, was, is);
}

function compareContents({ old, new: now, report }: Pair, was: Body, is: Body): void {
  const [before, after] = [child<Json>(old.document, was, 'content'), child<Json>(now.document, is, 'content')];
  for (const type of Object.keys(before.node ?? {})) {
    const key = Object.keys(after.node ?? {}).find((one) => normal(one) === normal(type) || one === '*/*');
    if (key === undefined) {
      report({
        in: 'new',
        ref: is.ref,
        what: `${type} is not taken any more`,
        why: 'what a client sends is refused',
        whom: 'clients',
      });
      continue;
    }
    compareRequest({
      old: { document: old.document, schema: schemaOf(child(old.document, before, type)) },
      new: { document: now.document, schema: schemaOf(child(now.document, after, key)) },
      name: type,
      at: is.ref,
      report,
    });
  }
}

const normal = (type: string): string => type.toLowerCase().replaceAll(/\s/g, '');
