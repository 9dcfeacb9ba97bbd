import type { Fault } from '../../generated/contract/types.gen.ts';

/** What has become of a fault on this replica. */
export interface FaultNotice {
  readonly action: 'set' | 'cleared' | 'expired';
  readonly check: string;
  readonly kind: Fault['kind'];
  /** When it ends by itself, in milliseconds on the monotonic clock. */
  readonly until: number;
  /** The name of the token of who set it, or cleared it. */
  readonly by?: string | undefined;
}

/** Takes what happens to faults. */
export interface FaultObserver {
  onFault?(notice: FaultNotice): void;
}
