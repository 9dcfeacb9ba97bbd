import {
  child,
  type HeaderObject,
  type OpenApiDocument,
  type Place,
  type ResponseObject,
  type ResponsesObject,
  type Schema,
  schemaUnder,
} from './document.ts';
import { covers, type MediaType, parseMediaType, specificity } from './media-type.ts';

/** A key under `responses`: a status, a range of them, or whatever is not said otherwise. */
export type StatusKey = number | `${1 | 2 | 3 | 4 | 5}XX` | 'default';

export type Responses = ReadonlyMap<StatusKey, DeclaredResponse>;

/** What one key under `responses` declares. */
export interface DeclaredResponse {
  /** Where it stands. */
  readonly ref: string;
  /** In the document's order; none where no body is declared. */
  readonly content: readonly DeclaredContent[];
  readonly headers: readonly DeclaredHeader[];
}

export interface DeclaredContent {
  /** As it is written. */
  readonly key: string;
  /** Absent where what is written is no media type. */
  readonly mediaType?: MediaType;
  /** The body's schema; absent where any body of the media type will do. */
  readonly schema?: Place<Schema>;
}

export interface DeclaredHeader {
  readonly name: string;
  readonly required: boolean;
  readonly schema?: Place<Schema>;
}

/** Responses as a document declares them. */
export function readResponses(document: OpenApiDocument, responses: Place<ResponsesObject>): Responses {
  return new Map(
    Object.keys(responses.node ?? {}).flatMap((key) => {
      const status = statusKey(key);
      if (status === undefined) return [];
      return [[status, readResponse(document, child<ResponseObject>(document, responses, key))] as const];
    }),
  );
}

export function statusKey(key: string): StatusKey | undefined {
  if (/^[1-5]\d\d$/.test(key)) return Number(key);
  return /^([1-5]XX)$/i.test(key) ? (key.toUpperCase() as StatusKey) : key === 'default' ? key : undefined;
}

/** What is declared of a status: where it is spelled out that, else its range, else `default`. */
export const responseTo = (responses: Responses, status: number): DeclaredResponse | undefined =>
  responses.get(status) ?? responses.get(`${Math.floor(status / 100)}XX` as StatusKey) ?? responses.get('default');

/** What is declared of a media type: of several that cover it, that which says most. */
export const contentOf = ({ content }: DeclaredResponse, got: MediaType): DeclaredContent | undefined =>
  content
    .filter(({ mediaType }) => mediaType !== undefined && covers(mediaType, got))
    .toSorted((one, other) => said(other) - said(one))[0];

const said = ({ mediaType }: DeclaredContent): number => (mediaType === undefined ? 0 : specificity(mediaType));

/** A status that a probe answers with, and what is declared of it. */
export interface ProbeResponse {
  readonly status: number;
  readonly response: DeclaredResponse;
}

/** What a passing probe answers: the first 2xx, or what a range or `default` says of 200. */
export function passing(responses: Responses): ProbeResponse | undefined {
  const [status = 200] = within(responses, 200);
  return answered(responses, status, '2XX');
}

/**
 * What a failing probe answers: 503, or else the 5xx that is declared, or what a range or `default` says of 503. Nothing
 * where several are declared and none of them is 503: which one is meant, a document has to say.
 */
export function failing(responses: Responses): ProbeResponse | undefined {
  const exact = within(responses, 500);
  return answered(responses, exact.length === 1 && !responses.has(503) ? (exact[0] as number) : 503, '5XX');
}

const within = (responses: Responses, from: number): number[] =>
  [...responses.keys()].filter((key) => typeof key === 'number' && key >= from && key < from + 100) as number[];

/** The `range` stands for its answer where nothing is spelled out. */
function answered(responses: Responses, status: number, range: StatusKey): ProbeResponse | undefined {
  const response = responses.get(status) ?? responses.get(range) ?? responses.get('default');
  return response === undefined ? undefined : { status, response };
}

function readResponse(document: OpenApiDocument, response: Place<ResponseObject>): DeclaredResponse {
  const content = child<Record<string, { schema?: Schema }>>(document, response, 'content');
  return {
    ref: response.ref,
    headers: readHeaders(document, response),
    content: Object.keys(content.node ?? {}).map((key) => {
      const media = child<{ schema?: Schema }>(document, content, key);
      const mediaType = parseMediaType(key);
      return {
        key,
        ...(mediaType === undefined ? {} : { mediaType }),
        ...(media.node?.schema === undefined ? {} : { schema: schemaUnder(document, media, 'schema') }),
      };
    }),
  };
}

/** The declared headers but Content-Type, which is declared by the media types (OpenAPI 3.1.1, 4.8.17). */
function readHeaders(document: OpenApiDocument, response: Place<ResponseObject>): DeclaredHeader[] {
  const names = Object.keys(response.node.headers ?? {}).filter((name) => name.toLowerCase() !== 'content-type');
  return names.map((name) => {
    const header = child<HeaderObject>(document, child<object>(document, response, 'headers'), name);
    const required = header.node.required ?? false;
    if (header.node.schema === undefined) return { name, required };
    return { name, required, schema: schemaUnder(document, header, 'schema') };
  });
}
