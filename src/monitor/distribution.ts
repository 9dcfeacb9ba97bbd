/** How often values were at most so large, in the manner of Prometheus' histograms. */
export interface Distribution {
  observe(value: number): void;
  /** The upper bounds, in ascending order. */
  readonly bounds: readonly number[];
  /** For each bound, how many values were at most as large. */
  cumulative(): number[];
  count(): number;
  sum(): number;
}

/** Plain numbers, so that counting costs nothing before anybody asks. */
export function createDistribution(bounds: readonly number[]): Distribution {
  // The last one takes what is above every bound.
  const within = [...bounds, Number.POSITIVE_INFINITY].map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    bounds,
    observe(value) {
      count += 1;
      sum += value;
      let index = 0;
      while (value > (bounds[index] as number)) index += 1;
      within[index] = (within[index] as number) + 1;
    },
    cumulative() {
      let total = 0;
      return within.slice(0, -1).map((own) => {
        total += own;
        return total;
      });
    },
    count: () => count,
    sum: () => sum,
  };
}
