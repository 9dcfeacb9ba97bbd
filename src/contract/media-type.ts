/** A media type, or a range of them: `application/json; charset=utf-8`, `text/*`. All but the values is in lower case. */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[\\w!#$%&'*+.^`|~-]+";
const name = new RegExp(`^\\s*(${token})/(${token})\\s*(?=;|$)`);
const parameter = new RegExp(`\\s*;\\s*(?:(${token})=(?:"((?:[^"\\\\]|\\\\.)*)"|(${token})))?\\s*`, 'y');

/** Reads a media type as RFC 9110 (8.3.1) writes it; nothing where it is none. */
export function parseMediaType(text: string): MediaType | undefined {
  const [whole, type, subtype] = name.exec(text) ?? [];
  if (whole === undefined || type === undefined || subtype === undefined) return undefined;
  const parameters = new Map<string, string>();
  parameter.lastIndex = whole.length;
  while (parameter.lastIndex < text.length) {
    const found = parameter.exec(text);
    if (found === null) return undefined;
    const [, key, quoted, plain] = found;
    if (key !== undefined) parameters.set(key.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), parameters };
}

/** Whether JSON is spoken: `application/json`, `text/json`, and whatever ends with `+json`. */
export const isJson = ({ subtype }: MediaType): boolean => subtype === 'json' || subtype.endsWith('+json');

export const isRange = ({ subtype }: MediaType): boolean => subtype === '*';

/** Whether what is written is in UTF-8, as far as the media type says. */
export const isUtf8 = ({ parameters }: MediaType): boolean =>
  (parameters.get('charset') ?? 'utf-8').toLowerCase().replace('utf8', 'utf-8') === 'utf-8';

/** Whether a media type is one that is declared, or in a range that is. What only one of both says of UTF-8 is no matter. */
export function covers(declared: MediaType, got: MediaType): boolean {
  if (declared.type !== '*' && declared.type !== got.type) return false;
  if (!isRange(declared) && declared.subtype !== got.subtype) return false;
  return [...declared.parameters].every(([key, value]) =>
    key === 'charset'
      ? isUtf8(declared)
        ? isUtf8(got)
        : got.parameters.get(key)?.toLowerCase() === value.toLowerCase()
      : got.parameters.get(key) === value,
  );
}

/** How much a declared media type says: of several that cover one, that which says most counts. */
export const specificity = (declared: MediaType): number =>
  (declared.type === '*' ? 0 : 1) + (isRange(declared) ? 0 : 2) + (declared.parameters.size === 0 ? 0 : 1);

/** Of some media types the one that `Accept` likes best, by its place (RFC 9110, 12.5.1); nothing where it likes none. */
export function preferred(offers: readonly MediaType[], accept: string): number | undefined {
  const ranges = accept.split(',').flatMap((text) => parseMediaType(text) ?? []);
  const quality = (offer: MediaType): number => {
    const fitting = ranges.map(weighed).filter(({ range }) => covers(range, offer));
    const [best] = fitting.toSorted((one, other) => specificity(other.range) - specificity(one.range));
    return best?.weight ?? 0;
  };
  const qualities = offers.map(quality);
  const most = Math.max(...qualities);
  return most > 0 ? qualities.indexOf(most) : undefined;
}

/** `q` is no parameter of the range, and neither is what follows it. */
function weighed(range: MediaType): { range: MediaType; weight: number } {
  const weight = Number(range.parameters.get('q') ?? 1);
  const own = [...range.parameters.keys()];
  const kept = own.includes('q') ? own.slice(0, own.indexOf('q')) : own;
  const parameters = new Map(kept.map((key) => [key, range.parameters.get(key) as string]));
  return { range: { ...range, parameters }, weight: Number.isNaN(weight) ? 0 : weight };
}
