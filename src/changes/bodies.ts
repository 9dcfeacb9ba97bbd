import { isObject } from '../base/is-object.ts';
import type { OpenApiDocument, Place, Schema } from '../contract/document.ts';
import type { Report, Whom } from './finding.ts';
import { type Excess, excess } from './schema.ts';

/** A body, a header or a parameter before and after. */
interface Content {
  readonly old: Part;
  readonly new: Part;
  /** `200 application/json`, `query parameter limit`: how it is called in messages. */
  readonly name: string;
  /** Where it stands in the new document. */
  readonly at: string;
  readonly report: Report;
}

interface Part {
  readonly document: OpenApiDocument;
  readonly schema: Place<Schema> | undefined;
}

const sides = ({ old, new: now }: Content) => ({
  old: { document: old.document, place: old.schema },
  now: { document: now.document, place: now.schema },
});

/** What clients read may only get narrower. */
export function compareAnswer(content: Content, whom: Whom = 'clients'): void {
  const { old, now } = sides(content);
  for (const found of excess(old, now, true)) {
    const { what, why } = ofAnswer(found);
    const ref = found.ref || content.at;
    content.report({ in: 'new', ref, what: `${content.name}: ${what}`, why, whom, shared: keyOf('answer', found) });
  }
}

/** What clients send may only get wider. */
export function compareRequest(content: Content): void {
  const { old, now } = sides(content);
  for (const found of excess(now, old, false)) {
    const { what, why } = ofRequest(found);
    const ref = found.against || content.at;
    const shared = keyOf('request', found);
    content.report({ in: 'new', ref, what: `${content.name}: ${what}`, why, whom: 'clients', shared });
  }
}

const keyOf = (direction: string, { ref, against, kind, what }: Excess): string =>
  [direction, ref, against, kind, what].join(' ');

const named = ({ path }: Excess): string => (path === '' ? 'the value' : `\`${path}\``);

function ofAnswer(found: Excess): { what: string; why: string } {
  const name = named(found);
  const unread = 'a client reads what it does not expect';
  const told: Readonly<Record<Excess['kind'], { what: string; why: string }>> = {
    type: { what: `${name} may be ${found.what}`, why: unread },
    value: { what: `${name} may be ${found.what}`, why: 'a client does not know it' },
    missing: { what: `${name} may be missing`, why: 'a client counts on it' },
    undeclared: { what: `${name} is no longer declared`, why: 'a client counts on it' },
    limit: { what: `${name} has ${found.what}`, why: unread },
    choice: { what: `${name} may be ${found.what}`, why: unread },
    other: { what: `${name} may be ${found.what}`, why: unread },
  };
  return told[found.kind];
}

function ofRequest(found: Excess): { what: string; why: string } {
  const name = named(found);
  const refused = 'what a client sends is refused';
  const told: Readonly<Record<Excess['kind'], { what: string; why: string }>> = {
    type: { what: `${name} may no longer be ${found.what}`, why: refused },
    value: { what: `${name} may no longer be ${found.what}`, why: refused },
    missing: { what: `${name} is required`, why: 'a client does not send it' },
    undeclared: { what: `${name} is no longer declared`, why: refused },
    limit: { what: `${name} may no longer have ${found.what}`, why: refused },
    choice: { what: `${name} may no longer be ${found.what}`, why: refused },
    other: { what: `${name} may no longer be ${found.what}`, why: refused },
  };
  return told[found.kind];
}

/** The schema of a parameter, a header or a media type; nothing where none is said. */
export const schemaOf = ({ node, ref }: Place<{ readonly schema?: unknown }>): Place<Schema> | undefined =>
  isObject(node.schema) ? { node: node.schema as Schema, ref: `${ref}/schema` } : undefined;
