import type { GetReadinessData } from '../../generated/contract/types.gen.ts';

/** What is asked where a URL names no path. */
export const usualProbe: GetReadinessData['url'] = '/ready';
