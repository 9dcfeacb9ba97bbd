import type { Lifecycle } from '../../../generated/contract/types.gen.ts';
import type { FaultControl } from '../../faults/control.ts';
import type { Monitor } from '../../monitor/monitor.ts';
import type { ProcessWatch } from '../../monitor/process.ts';
import type { Guard } from '../access/access.ts';
import { counter, type Family, gauge, histogram } from './family.ts';

export interface ProcessMetricsOptions {
  readonly monitor: Monitor;
  readonly process: ProcessWatch;
  readonly faults: FaultControl;
  readonly guard: Guard;
}

const lifecycles: readonly Lifecycle[] = ['starting', 'started', 'draining', 'stopped'];

export const processFamilies = ({ monitor, process, faults, guard }: ProcessMetricsOptions): Family[] => [
  gauge('probity_lifecycle', 'The phase that the service is in (1), among all phases (0).', ['phase'], () => {
    const { lifecycle } = monitor.snapshot();
    return lifecycles.map((phase) => ({ labels: { phase }, value: Number(phase === lifecycle) }));
  }),
  histogram('probity_event_loop_delay_seconds', 'The longest delay of the event loop in each second.', [], () => [
    { labels: {}, distribution: process.delays },
  ]),
  gauge('probity_fault_active', 'The faults that are simulated at the moment (1).', ['check', 'kind'], () =>
    faults.list().map(({ check, fault: { kind } }) => ({ labels: { check, kind }, value: 1 })),
  ),
  gauge(
    'probity_fleet_reachable',
    'Whether faults reach the other replicas (1) or not (0); absent where there is no fleet.',
    [],
    () => {
      const reachable = faults.isFleetReachable();
      return reachable === undefined ? [] : [{ labels: {}, value: Number(reachable) }];
    },
  ),
  counter(
    'probity_access_refused_total',
    'Requests that were refused for want of a token, or because of where they came from.',
    ['reason'],
    () => Object.entries(guard.refused()).map(([reason, value]) => ({ labels: { reason }, value })),
  ),
];
