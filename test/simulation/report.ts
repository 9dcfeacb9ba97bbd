import { inspect } from 'node:util';
import type { Failure } from './play.ts';
import type { Script } from './script.ts';

/** A failure with what leads to it, for people. */
export function told(seed: number, { at, what }: Failure, { happenings, ...rest }: Script): string {
  const options = { depth: 5, breakLength: 160, compact: 5 } as const;
  return [
    `Seed ${seed} fails at ${Math.round(at)} ms: ${what}`,
    `The smallest script that fails: ${inspect(rest, options)}`,
    ...happenings.map(
      ({ at: when, ...happening }) => `${String(Math.round(when)).padStart(8)} ms ${inspect(happening, options)}`,
    ),
    `To repeat it: make simulate SEED=${seed}`,
  ].join('\n');
}
