/** Goes on with new seeds for `MINUTES` (10), or does the one round that `SEED` names. The seed that fails is printed. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

const { MINUTES = '10', SEED } = process.env;
const until = performance.now() + Number(MINUTES) * 60_000;
if (Number.isNaN(until)) throw new RangeError(`Expected \`MINUTES\` to be a number, got \`${MINUTES}\``);

let rounds = 0;
do {
  const seed = SEED ?? String(randomInt(2 ** 31));
  const { status } = spawnSync('vitest', ['run', '--reporter=dot', 'test/hostile'], {
    stdio: 'inherit',
    env: { ...process.env, SEED: seed },
  });
  rounds += 1;
  if (status !== 0) {
    console.error(`Failed in round ${rounds}. To repeat it: make fuzz SEED=${seed}`);
    process.exit(1);
  }
} while (SEED === undefined && performance.now() < until);
console.log(`${rounds} rounds, none failed`);
