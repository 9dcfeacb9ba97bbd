import type { AccessGroup } from '../../generated/contract/operations.gen.ts';
import { type Contract, isServed } from './contract.ts';
import type { Operation } from './operations.ts';

/** What may be open to everybody, and is guarded where `access.protect` names it. */
export type Protected = Extract<AccessGroup, 'checks' | 'metrics' | 'docs'>;
export const protectable: readonly Protected[] = ['checks', 'metrics', 'docs'];

/** What tells strangers about the inside is guarded unless somebody opens it. */
export const defaultProtect: readonly Protected[] = ['checks'];

/**
 * Whether an operation is not for everybody. A probe is; so is a group that can be opened, and is not protected. What
 * changes anything is guarded, whatever is written beside it, and so is what says nothing.
 */
export function isGuarded(
  { probe, simulate, method, access }: Pick<Operation, 'probe' | 'simulate' | 'method' | 'access'>,
  protect: readonly Protected[],
): boolean {
  if (probe !== undefined) return false;
  const group = protectable.find((one) => one === access);
  const changes = simulate !== undefined || (method !== 'get' && method !== 'head');
  return changes || group === undefined || protect.includes(group);
}

/** What a listener is there for: `beside` an application at its root, where some paths are probably its own. */
export type Surface = 'everything' | 'beside' | 'probes';

/** What an application probably has for itself. */
const applicationsOwn: readonly (AccessGroup | undefined)[] = ['docs', 'metrics'];

/** The operations that are there on a listener; on the others of the contract it says what it says of any unknown path. */
export function servedOn(contract: Contract, surface: Surface): Operation[] {
  const served = contract.operations.filter((operation) => isServed(contract, operation));
  if (surface === 'everything') return served;
  return served.filter(({ probe, access }) =>
    surface === 'probes' ? probe !== undefined : !applicationsOwn.includes(access),
  );
}
