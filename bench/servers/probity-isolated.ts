import { createProbity } from '../../src/index.ts';
import { report } from './child.ts';

const probity = createProbity({
  checks: { database: async () => {} },
  maxEventLoopDelay: (process.env.LIMIT ?? '10s') as '10s',
});
const { port } = await probity.listen(0, { host: '127.0.0.1', isolate: true });
report(port, () => {
  // After the answer to the question: stuck for ever.
  setTimeout(() => {
    for (;;);
  }, 20);
  return {};
});
