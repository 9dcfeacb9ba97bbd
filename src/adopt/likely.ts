import type { OpenApiDocument } from '../contract/document.ts';
import type { ProbeKind } from '../health/probes.ts';

/** Which path of a document is to be a probe of which kind. */
export type Wanted = Readonly<Partial<Record<ProbeKind, string>>>;

/** How probes are called, also as `/actuator/health/liveness` and `/-/ready`. */
const names: Readonly<Record<ProbeKind, RegExp>> = {
  liveness: /(^|[/_-])(livez|live|liveness|alive)$/i,
  readiness: /(^|[/_-])(readyz?|readiness)$/i,
  startup: /(^|[/_-])(startupz?|started)$/i,
};

/**
 * What says health alone may be meant for either. It is taken for liveness, as it is in the built-in document: if that is
 * wrong, traffic comes too long; the other way round, a database that is down would restart every pod.
 */
const anyHealth = /(^|[/_-])(healthz?|healthy|health-?checks?)$/i;

/** How deep a probe's path may be: what is deeper is about something else that is live or ready. */
const mostSegments = 3;

/** The GET operations that look like probes, one of each kind that the document does not have yet. */
export function likelyProbes({ paths }: OpenApiDocument): Wanted {
  const operations = Object.entries(paths).flatMap(([path, item]) => {
    const get = (item as { get?: { 'x-probe'?: unknown } } | null)?.get;
    return get === undefined ? [] : [{ path, probe: kindOf(get['x-probe']) }];
  });
  const taken = new Set(operations.map(({ probe }) => probe));
  const free = operations.filter(({ path, probe }) => probe === undefined && isFit(path)).map(({ path }) => path);
  const named = (pattern: RegExp): string | undefined => free.find((path) => pattern.test(path));
  const liveness = named(names.liveness) ?? named(anyHealth);
  const found = { liveness, readiness: named(names.readiness), startup: named(names.startup) };
  return Object.fromEntries(
    Object.entries(found).filter(([kind, path]) => path !== undefined && !taken.has(kind)),
  ) as Wanted;
}

const isFit = (path: string): boolean => !/[{?#]/.test(path) && path.split('/').length - 1 <= mostSegments;

/** The kind that an `x-probe` names, in its short form or its long one; nothing where there is none. */
export const kindOf = (probe: unknown): unknown =>
  typeof probe === 'object' && probe !== null ? (probe as { probe?: unknown }).probe : probe;
