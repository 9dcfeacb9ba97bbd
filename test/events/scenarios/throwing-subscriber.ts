// Two subscribers of one channel, and the first one throws.
import { subscribe } from 'node:diagnostics_channel';
import { type CheckEvent, createProbity } from '../../../src/index.ts';

if (process.env.HANDLED) process.on('uncaughtException', ({ message }) => console.log(`uncaught: ${message}`));
let runs = 0;
subscribe('probity:check', () => {
  throw new Error('broken subscriber');
});
subscribe('probity:check', (event) => {
  const { check, outcome } = event as CheckEvent;
  runs += 1;
  console.log(`run ${runs} of ${check}: ${outcome}`);
});
const probity = createProbity({
  checks: { database: { checker: { check: async () => {}, explain: () => 'unavailable' }, interval: '50ms' } },
});
await probity.listen(0, '127.0.0.1');
