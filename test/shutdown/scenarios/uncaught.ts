// An error that nobody catches, embedded: with what is asked for, and without.
import { createProbity } from '../../../src/index.ts';

const probity = createProbity({
  log: false,
  shutdown: { drainDelay: '1ms', ...(process.env.ASKED ? { uncaughtErrors: true } : {}) },
});
await probity.listen(0, '127.0.0.1');
probity.manage();
probity.onShutdown(() => console.log('hook'));
console.log(`handlers ${process.listenerCount('uncaughtException')} ${process.listenerCount('unhandledRejection')}`);
if (process.env.KIND === 'rejection') void Promise.reject(new Error('lost'));
else setImmediate(() => Object(undefined).missing.property);
