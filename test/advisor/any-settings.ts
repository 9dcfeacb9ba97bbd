import fc from 'fast-check';
import type { Duration } from '../../src/base/duration.ts';
import { defaultSettings, type Settings } from '../../src/config/settings.ts';

const day = 24 * 3_600_000;

/** Any duration that a configuration may have, small ones more often. */
const duration = (least = 1): fc.Arbitrary<Duration> =>
  fc
    .oneof(fc.integer({ min: least, max: 120_000 }), fc.integer({ min: least, max: 24 * day }))
    .map((ms): Duration => `${ms}ms`);

const check = fc.record({
  kind: fc.constant('postgres' as const),
  url: fc.constant('postgres://db/app'),
  requiredFor: fc.constantFrom('readiness' as const, 'startup' as const, 'nothing' as const),
  interval: duration(),
  timeout: duration(),
  recoverAfter: fc.integer({ min: 1, max: 1_000 }),
});

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);

const shutdown = fc
  .tuple(fc.integer({ min: 1, max: 120_000 }), fc.integer({ min: 1, max: 3_600_000 }))
  .map(([drain, more]) => ({
    drainDelay: `${drain}ms` as const,
    deadline: `${drain + more}ms` as const,
  }));

/** Any configuration that the service would start with, as far as timing depends on it. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    port: fc.integer({ min: 1, max: 65_535 }),
    maxEventLoopDelay: duration(),
    shutdown,
    checks: fc.dictionary(name, check, { maxKeys: 4, noNullPrototype: true }),
    heartbeats: fc.dictionary(name, duration(), { maxKeys: 3, noNullPrototype: true }),
  })
  .map((settings) => ({ ...defaultSettings, ...settings }));
