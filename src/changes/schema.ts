import { followSchema, type OpenApiDocument, type Place, type Schema } from '../contract/document.ts';
import { isJson } from '../contract/walk.ts';
import { type All, type Effective, effective, joined, propertyOf, typesIn } from './effective.ts';
import { excessOfLimits } from './limits.ts';

/** Something that one schema allows and another one does not. */
export interface Excess {
  /** In the value: `status`, `checks[].name`; empty for the value itself. */
  readonly path: string;
  readonly kind: 'type' | 'value' | 'missing' | 'undeclared' | 'limit' | 'choice' | 'other';
  /** Which type, value or limit. */
  readonly what: string;
  /** Where in the schema that is given; empty where nothing is said there. */
  readonly ref: string;
}

/** A schema in its document. Without one, whatever is allowed. */
interface Side {
  readonly document: OpenApiDocument;
  readonly place: Place<Schema> | undefined;
}

/**
 * What `given` allows and `allowed` does not: nothing where every value of the first is one of the second, as far as the
 * keywords tell that are usual in OpenAPI. A property that only one of both declares is no matter, as both sides leave
 * alone what they do not know, unless the other one is closed, or one of these reads it:
 *
 * @param isAnswer whether who knows `allowed` reads what is given: a property that is no longer declared is missed then,
 *   and one that is new is passed over, closed or not
 */
export function excess(allowed: Side, given: Side, isAnswer: boolean): Excess[] {
  const how = {
    allowed: allowed.document,
    given: given.document,
    isAnswer,
    open: new Set<string>(),
    chosen: new Set<string>(),
  };
  const found = between(how, allowed.place ? [allowed.place] : [], given.place ? [given.place] : []);
  return [...new Map(found.map((one) => [`${one.path} ${one.kind} ${one.what}`, one])).values()];
}

interface How {
  readonly allowed: OpenApiDocument;
  readonly given: OpenApiDocument;
  readonly isAnswer: boolean;
  /** The pairs that are being compared: schemas may lead back to themselves. */
  readonly open: Set<string>;
  /** The choices that were made on the way to this schema of the same value: one that leads to itself adds nothing. */
  readonly chosen: ReadonlySet<string>;
}

/** What was found between two schemas of two documents: large documents say the same in many places. */
const known = new WeakMap<OpenApiDocument, WeakMap<OpenApiDocument, Map<string, readonly Excess[]>>>();

function knownOf({ allowed, given }: How): Map<string, readonly Excess[]> {
  const by = known.get(allowed) ?? new WeakMap();
  known.set(allowed, by);
  const found = by.get(given) ?? new Map<string, readonly Excess[]>();
  by.set(given, found);
  return found;
}

function between(how: How, allowed: All, given: All): readonly Excess[] {
  if (allowed.length === 0) return [];
  const isWhole = [...allowed, ...given].every(({ ref }) => ref !== '');
  const key = `${how.isAnswer} ${refsOf(how.allowed, allowed)} ${refsOf(how.given, given)}`;
  const before = isWhole ? knownOf(how).get(key) : undefined;
  if (before !== undefined || how.open.has(key)) return before ?? [];
  how.open.add(key);
  const found = judge({ ...how, chosen: new Set() }, effective(how.allowed, allowed), effective(how.given, given));
  how.open.delete(key);
  if (isWhole) knownOf(how).set(key, found);
  return found;
}

/** Where schemas stand, whichever way led there. */
const refsOf = (document: OpenApiDocument, all: All): string[] =>
  all.map((place) => (isJson(place.node) ? followSchema(document, place) : place).ref);

function judge(how: How, s: Effective, g: Effective): Excess[] {
  if (g.isNothing) return [];
  const [choice, ...rest] = g.choices;
  // Whichever is chosen has to be allowed.
  if (choice !== undefined)
    return choice.flatMap((one) => {
      const next = choosing(how, 'given', one);
      return next === undefined ? [] : judge(next, s, joined({ ...g, choices: rest }, effective(how.given, [one])));
    });
  if (s.isNothing) return [{ path: '', kind: 'other', what: 'a value', ref: g.ref }];
  return [
    ...types(s, g),
    ...values(s, g),
    ...excessOfLimits(s, g),
    ...objects(how, s, g),
    ...lists(how, s, g),
    ...choices(how, s, g),
  ];
}

function types(s: Effective, g: Effective): Excess[] {
  const other = [...typesIn(g)].filter((type) => s.types !== undefined && !s.types.has(type));
  // A number that may be none is told once.
  const told = other.includes('number') ? other.filter((type) => type !== 'integer') : other;
  if (told.length === 0) return [];
  return [{ path: '', kind: 'type', what: told.length > 4 ? 'any type' : told.join(' or '), ref: g.ref }];
}

function values(s: Effective, g: Effective): Excess[] {
  if (s.values === undefined) return [];
  const told = (what: string): Excess => ({ path: '', kind: 'value', what, ref: g.ref });
  if (g.values === undefined) return [told(`something beside ${[...s.values].join(', ')}`)];
  return [...g.values].filter((value) => !s.values?.has(value)).map(told);
}

const under = (name: string, found: readonly Excess[]): Excess[] =>
  found.map((one) => ({
    ...one,
    path: one.path === '' || /^[[{]/.test(one.path) ? name + one.path : `${name}.${one.path}`,
  }));

function objects(how: How, s: Effective, g: Effective): Excess[] {
  if (!typesIn(g).has('object') || !(s.types?.has('object') ?? true)) return [];
  const isDeclared = (name: string): boolean => g.properties.has(name) || g.others !== undefined;
  const isGone = (name: string): boolean =>
    how.isAnswer && s.properties.has(name) && propertyOf(g, name).every(isNever);
  const told = (kind: Excess['kind'], name: string): Excess => ({ path: name, kind, what: name, ref: g.ref });
  const missing = [...s.required].filter((name) => !g.required.has(name) && !isGone(name));
  const declared = [...s.properties].flatMap(([name, all]) => {
    if (isGone(name)) return [told('undeclared', name)];
    return isDeclared(name) ? under(name, between(how, all, propertyOf(g, name))) : [];
  });
  return [...missing.map((name) => told('missing', name)), ...declared, ...others(how, s, g)];
}

/** Nothing can be in its place: true also of a property that nothing is said of. */
const isNever = ({ node }: Place<Schema>): boolean => (node as unknown) === false;

/** What is beside the properties that are allowed by name. */
function others(how: How, s: Effective, g: Effective): Excess[] {
  if (s.others === undefined) return [];
  const told = (path: string, what: string): Excess => ({ path, kind: 'other', what, ref: g.ref });
  const more = [...g.properties.keys()].filter((name) => !s.properties.has(name));
  if (s.others === false) {
    if (how.isAnswer) return [];
    const names = more.filter((name) => !propertyOf(g, name).some(isNever));
    const open = g.others === false ? [] : [told('', 'an object with properties that are not declared')];
    return [...names.map((name) => told(name, 'there')), ...open];
  }
  const all = s.others;
  const named = more.flatMap((name) => under(name, between(how, all, propertyOf(g, name))));
  const rest = g.others === false ? [] : under('{}', between(how, all, g.others ?? []));
  return [...named, ...rest];
}

function lists(how: How, s: Effective, g: Effective): Excess[] {
  if (s.items.length === 0 || !typesIn(g).has('array') || !(s.types?.has('array') ?? true)) return [];
  return under('[]', between(how, s.items, g.items));
}

/** After a choice; nothing where it was made before. */
function choosing(how: How, side: 'allowed' | 'given', place: Place<Schema>): How | undefined {
  const key = `${side} ${refsOf(how[side], [place])}`;
  return how.chosen.has(key) ? undefined : { ...how, chosen: new Set([...how.chosen, key]) };
}

/** One of the choices has to allow all that is given. */
function choices(how: How, s: Effective, g: Effective): Excess[] {
  return s.choices.flatMap((options) => {
    const found = options.flatMap((option) => {
      const next = choosing(how, 'allowed', option);
      return next === undefined ? [] : [judge(next, effective(how.allowed, [option]), g)];
    });
    if (found.length === 0) return [];
    if (found.some(({ length }) => length === 0)) return [];
    // A single choice is as good as none, and says more.
    return found.length === 1
      ? (found[0] as Excess[])
      : [{ path: '', kind: 'choice', what: 'none of the choices', ref: g.ref }];
  });
}
