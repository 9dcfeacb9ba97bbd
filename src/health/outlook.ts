import type { Reason } from '../../generated/contract/types.gen.ts';
import type { CheckState, Outcome } from './check-state.ts';
import type { CheckRules } from './rules.ts';

/** What is known of the connections to come, of which the runs on a kept one say nothing. */
interface Outlook {
  /** The outcome of the latest fresh connection. */
  readonly canary?: Outcome;
  /** When the server's certificate expires, in milliseconds since 1970. */
  readonly certificateExpiry?: number;
}

const dayMs = 86_400_000;

/**
 * The state as it is shown: a check that is up and well on its own, but with a bad outlook, is up and degraded.
 *
 * @param wall in milliseconds since 1970: a certificate knows no other time
 */
export function withOutlook(state: CheckState, outlook: Outlook, rules: CheckRules, wall: number): CheckState {
  const warning = warningOf(outlook, rules, wall);
  if (warning === undefined) return { ...state, ...outlook };
  const reason = state.status === 'up' ? (state.reason ?? warning) : state.reason;
  return { ...state, ...outlook, warning, ...(reason === undefined ? {} : { reason }) };
}

function warningOf({ canary, certificateExpiry }: Outlook, rules: CheckRules, wall: number): Reason | undefined {
  if (canary !== undefined && canary.kind !== 'ok') return canary.reason;
  const isExpiring = certificateExpiry !== undefined && certificateExpiry - wall < rules.certificateDays * dayMs;
  return isExpiring ? 'certificate_expiring' : undefined;
}
