import type { Contract } from '../../contract/contract.ts';
import type { PreparedReplies } from '../../probes/prepared.ts';
import type { RequestCounts } from '../../probes/request-counts.ts';
import { counter, type Family, gauge } from './family.ts';

export interface ProbeMetricsOptions {
  readonly contract: Contract;
  readonly replies: PreparedReplies;
  readonly requestCounts: RequestCounts;
}

export const probeFamilies = ({ contract, replies, requestCounts }: ProbeMetricsOptions): Family[] => [
  gauge(
    'probity_probe_success',
    'Whether the probe operation succeeds at the moment (1) or not (0), asked or not.',
    ['operation', 'probe'],
    () =>
      contract.operations.flatMap(({ id, path, probe }) => {
        const reply = replies.get(path);
        if (probe === undefined || reply === undefined) return [];
        return [{ labels: { operation: id, probe: probe.kind }, value: Number(reply.status < 300) }];
      }),
  ),
  counter(
    'probity_probe_requests_total',
    'Requests for the probe operation, by the status that they were answered with.',
    ['operation', 'status'],
    () =>
      requestCounts.list().map(({ operation, status, requests }) => ({
        labels: { operation, status: String(status) },
        value: requests,
      })),
  ),
];
