import type { Distribution } from '../../monitor/distribution.ts';

/** A metric with all its label values, as it is when it is asked for. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly labels: readonly string[];
  samples(): Sample[];
}

/** One line of the exposition. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** That of the family when left out. */
  readonly metricName?: string;
}

type Labels = Readonly<Record<string, string>>;

type MakeFamily = (name: string, help: string, labels: readonly string[], samples: () => Sample[]) => Family;

export const gauge: MakeFamily = (name, help, labels, samples) => ({ name, help, type: 'gauge', labels, samples });

export const counter: MakeFamily = (name, help, labels, samples) => ({ name, help, type: 'counter', labels, samples });

export const histogram = (
  name: string,
  help: string,
  labels: readonly string[],
  parts: () => readonly { readonly labels: Labels; readonly distribution: Distribution }[],
): Family => ({
  name,
  help,
  type: 'histogram',
  labels,
  samples: () => parts().flatMap(({ labels, distribution }) => seriesOf(name, labels, distribution)),
});

function seriesOf(name: string, labels: Labels, distribution: Distribution): Sample[] {
  const { bounds } = distribution;
  const bucket = (le: string, value: number): Sample => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  return [
    ...distribution.cumulative().map((value, index) => bucket(String(bounds[index]), value)),
    bucket('+Inf', distribution.count()),
    { metricName: `${name}_sum`, labels, value: distribution.sum() },
    { metricName: `${name}_count`, labels, value: distribution.count() },
  ];
}
