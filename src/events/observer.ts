import type { FaultObserver } from '../faults/observer.ts';
import type { CheckObserver } from '../monitor/observer.ts';

/** Takes what happens to checks and faults. The log, the metrics and the events all hang off this one place. */
export interface Observer extends CheckObserver, FaultObserver {}
