/** How much is measured. */
export interface Plan {
  readonly load: { readonly rounds: number; readonly ms: number };
  readonly roundTrips: { readonly requests: number };
  readonly outage: { readonly rounds: number };
  readonly checks: { readonly counts: readonly number[]; readonly warmUpMs: number; readonly ms: number };
  readonly start: { readonly rounds: number; readonly restRounds: number };
}

/** About ten minutes on two cores. */
export const full: Plan = {
  load: { rounds: 11, ms: 400 },
  roundTrips: { requests: 10_000 },
  outage: { rounds: 10 },
  checks: { counts: [10, 100, 1_000, 10_000], warmUpMs: 3_000, ms: 10_000 },
  start: { rounds: 15, restRounds: 5 },
};

/** Enough to see whether the bench works, too little to believe. */
export const quick: Plan = {
  load: { rounds: 3, ms: 100 },
  roundTrips: { requests: 500 },
  outage: { rounds: 2 },
  checks: { counts: [10, 1_000, 10_000], warmUpMs: 1_500, ms: 3_000 },
  start: { rounds: 3, restRounds: 1 },
};
