import type { OpenApiDocument } from '../contract/document.ts';
import type { Pair, Side } from './pair.ts';

type Requirement = Readonly<Record<string, readonly string[]>>;

/** The ways to be let in, any of which will do; none where nothing is asked for. */
function securityOf({ document, object }: Side): readonly Requirement[] {
  const { security = (document as OpenApiDocument & { security?: unknown }).security } = object.node as {
    security?: unknown;
  };
  const ways = Array.isArray(security) ? (security as Requirement[]) : [];
  return ways.length === 0 ? [{}] : ways;
}

/** Who was let in has to be let in still. */
export function compareAccess({ old, new: now, report }: Pair): void {
  const ways = securityOf(now);
  const lost = securityOf(old).filter((way) => !ways.some((other) => isWithin(other, way)));
  const isProbe = old.operation.probe !== undefined;
  if (lost.length > 0)
    report({
      in: 'new',
      ref: 'security' in now.object.node ? `${now.object.ref}/security` : now.object.ref,
      what: `security: ${shown(lost)} is not enough any more, expected is ${shown(ways)}`,
      why: isProbe ? 'a prober has no credentials' : 'a client is refused',
      whom: isProbe ? 'probers and clients' : 'clients',
    });
  const [was, is] = [old.operation.access, now.operation.access];
  if (was === is || isProbe) return;
  report({
    in: 'new',
    ref: is === undefined ? now.object.ref : `${now.object.ref}/x-access`,
    what: `x-access: ${is ?? 'nothing'}, it was ${was ?? 'nothing'}`,
    why: 'who was let in for the one may not be for the other',
    whom: 'clients',
  });
}

/** Whether a way asks for nothing that the other one does not have. */
const isWithin = (way: Requirement, other: Requirement): boolean =>
  Object.entries(way).every(([name, scopes]) => scopes.every((scope) => other[name]?.includes(scope)) && name in other);

const shown = (ways: readonly Requirement[]): string =>
  ways.map((way) => Object.keys(way).join(' with ') || 'nothing').join(' or ');
