// A main thread that is told to compute, for a while or for ever.
import { createProbity } from '../../../src/index.ts';

const probity = createProbity({
  checks: { database: async () => {} },
  maxEventLoopDelay: (process.env.LIMIT ?? '10s') as '10s',
  shutdown: { drainDelay: '100ms' },
});
const { port } = await probity.listen(0, { host: '127.0.0.1', isolate: true });
probity.manage();
process.on('SIGUSR2', () => {
  const until = performance.now() + Number(process.env.BLOCK_MS);
  process.stdout.write('blocked\n');
  while (performance.now() < until);
});
console.log(`port ${port}`);
