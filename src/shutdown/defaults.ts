import type { Duration } from '../base/duration.ts';

/**
 * A load balancer has forgotten this process within seconds of its readiness turning 503; Kubernetes kills it 30 s after
 * the signal, which must come later than the deadline, or nobody would learn what was still open.
 */
export const defaultShutdown: { readonly drainDelay: Duration; readonly deadline: Duration } = {
  drainDelay: '5s',
  deadline: '25s',
};
