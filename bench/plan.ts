/** How much is measured. */
export interface Plan {
  readonly load: { readonly rounds: number; readonly ms: number };
  readonly roundTrips: { readonly requests: number };
  readonly outage: { readonly rounds: number };
  readonly connections: { readonly rounds: number; readonly runs: number; readonly canaries: number };
  readonly checks: { readonly counts: readonly number[]; readonly warmUpMs: number; readonly ms: number };
  readonly blocked: { readonly probes: number; readonly limit: `${number}s`; readonly rounds: number };
  readonly rolling: { readonly rounds: number; readonly drainDelay: `${number}s` };
  readonly start: { readonly rounds: number; readonly restRounds: number };
  readonly documents: { readonly rounds: number; readonly restRounds: number };
}

/** About fifteen minutes on two cores. */
export const full: Plan = {
  load: { rounds: 11, ms: 400 },
  roundTrips: { requests: 10_000 },
  outage: { rounds: 10 },
  connections: { rounds: 9, runs: 3_000, canaries: 20 },
  checks: { counts: [10, 100, 1_000, 10_000], warmUpMs: 3_000, ms: 10_000 },
  blocked: { probes: 400, limit: '10s', rounds: 3 },
  rolling: { rounds: 10, drainDelay: '5s' },
  start: { rounds: 15, restRounds: 5 },
  documents: { rounds: 5, restRounds: 2 },
};

/** Enough to see whether the bench works, too little to believe. */
export const quick: Plan = {
  load: { rounds: 3, ms: 100 },
  roundTrips: { requests: 500 },
  outage: { rounds: 2 },
  connections: { rounds: 3, runs: 500, canaries: 5 },
  checks: { counts: [10, 1_000, 10_000], warmUpMs: 1_500, ms: 3_000 },
  blocked: { probes: 60, limit: '2s', rounds: 1 },
  rolling: { rounds: 2, drainDelay: '1s' },
  start: { rounds: 3, restRounds: 1 },
  documents: { rounds: 1, restRounds: 1 },
};
