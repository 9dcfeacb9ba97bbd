import { describe, expect, it } from 'vitest';
import { type Mutant, mutants } from './mutants.ts';
import { play } from './play.ts';
import { told } from './report.ts';
import { type Script, scriptOf } from './script.ts';
import { shrink } from './shrink.ts';

/** Each a simulated hour; `make simulate` plays as many others as one likes. */
const seeds = 200;

/** Much that happens in little time: what a mutant does wrong shows soon. */
const dense = (seed: number, name: string): Script =>
  scriptOf(seed, { lastsMs: 900_000, troubles: 25, ...(name.includes('other replicas') ? { replicas: 2 } : {}) });

/** Of those, how many it may take. */
const mostSeeds = 50;

describe('the whole, in an hour that the script makes up', () => {
  it('answers what the oracle allows', { timeout: 180_000 }, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const script = scriptOf(seed);
      const failure = await play(script);
      if (failure !== undefined) expect.fail(told(seed, failure, await shrink(script)));
    }
  });

  it('is the same for the same seed', async () => {
    const { mutant } = await found('loses one timer in a hundred');
    const [once, again] = [await play(dense(1, ''), mutant), await play(dense(1, ''), mutant)];
    expect(again).toEqual(once);
    expect(scriptOf(7)).toEqual(scriptOf(7));
    expect(scriptOf(7)).not.toEqual(scriptOf(8));
  });
});

/** The first script in which a mutant is caught. */
async function found(name: string): Promise<{ readonly mutant: Mutant; readonly script: Script }> {
  const mutant = mutants[name] as Mutant;
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const script = dense(seed, name);
    if ((await play(script, mutant)) !== undefined) return { mutant, script };
  }
  throw new Error(`Nobody sees within ${mostSeeds} scripts that the service ${name}`);
}

describe('the oracle', () => {
  it.each(Object.keys(mutants))('sees a service that %s', { timeout: 60_000 }, async (name) => {
    const { script } = await found(name);
    // It is the mutant that fails, and not the script.
    expect(await play(script)).toBeUndefined();
  });
});

describe('a script that fails', () => {
  it('becomes a small one that still does', { timeout: 60_000 }, async () => {
    const { mutant, script } = await found('lets a fault live twice as long');
    const smallest = await shrink(script, mutant);
    const failure = await play(smallest, mutant);
    expect(smallest.happenings.map(({ what }) => what)).toEqual(['fault', 'ask']);
    expect(smallest.checks).toHaveLength(1);
    expect(told(script.seed, failure ?? { at: 0, what: '' }, smallest)).toMatch(/^Seed \d+ fails .*has not ended/);
  });
});
