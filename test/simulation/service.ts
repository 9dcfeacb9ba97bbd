import type { Observer } from '../../src/events/observer.ts';
import { type Assembly, assemble } from '../../src/service/assembly.ts';
import { contract } from './answers.ts';
import type { Conversation, Dependency, ScriptedChecker } from './dependency.ts';
import type { Loop } from './loop.ts';
import type { Mutant } from './mutants.ts';
import type { Oracle } from './oracle.ts';
import type { FleetRedis } from './redis.ts';
import { maxStallMs, nameOf, type Script } from './script.ts';

/** The real service on the loop of a simulated process. */
export interface Service {
  readonly assembly: Assembly;
  readonly checkers: readonly ScriptedChecker[];
}

export interface ServiceOptions {
  readonly script: Script;
  readonly loop: Loop;
  readonly oracle: Oracle;
  readonly dependencies: readonly Dependency[];
  readonly redis: FleetRedis;
  readonly mutant: Mutant;
  /** The world's time. */
  now(): number;
  complain(what: string): void;
}

/** How many runs may be left behind at once, and for how long one counts. */
const mostLeftBehind = 5;
const forgottenMs = 180_000;

export function createService(options: ServiceOptions): Service {
  const { script, loop, oracle, dependencies, redis, mutant } = options;
  const checkers = script.checks.map(({ mayHang, canary }, index) => {
    const onFresh = canary && ((others: number): void => oracle.connected(index, others));
    const onRun = (others: readonly Conversation[]): void => judgeOthers(options, index, others);
    return (dependencies[index] as Dependency).checker({ loop, mayHang, onRun, onFresh });
  });
  const checks = script.checks.map((check, index) => {
    const checker = mutant.checker(checkers[index] as ScriptedChecker);
    const { mayHang: _, ...rules } = mutant.rules(check);
    return [nameOf(index), { ...rules, checker }] as const;
  });
  const assembly = assemble(
    {
      checks: Object.fromEntries(checks),
      contract,
      simulation: { liveness: true },
      explicitStart: script.isStartExplicit,
      maxEventLoopDelay: `${maxStallMs}ms`,
      ...(script.replicas > 1 ? { fleet: { redis: 'redis://fleet' } } : {}),
    },
    {
      clock: mutant.clock(loop.clock),
      histogram: loop.histogram,
      connect: mutant.connect(redis.connect(loop)),
      observers: [tellOracle(options, () => assembly)],
    },
  );
  return { assembly: mutant.assembly(assembly), checkers };
}

/** One run at a time, but for those that were told to let go and did not, which may be a handful. */
function judgeOthers({ script, loop, complain }: ServiceOptions, check: number, others: readonly Conversation[]): void {
  const ages = others.map(({ since }) => loop.clock.now() - since);
  const areLetGo = others.every(({ signal }) => signal.aborted && script.checks[check]?.mayHang);
  if (areLetGo && ages.filter((age) => age < forgottenMs).length <= mostLeftBehind) return;
  complain(`${nameOf(check)} runs beside others that began ${ages} ms ago`);
}

function tellOracle({ script, oracle, loop, now }: ServiceOptions, assembly: () => Assembly): Observer {
  const indexOf = (name: string): number => script.checks.findIndex((_, index) => nameOf(index) === name);
  return {
    onRun: ({ name }, outcome) => oracle.ran(indexOf(name), outcome),
    onTransition({ name }, _, { status, reason }) {
      if (status === 'down' && reason === 'stale') oracle.wentStale(indexOf(name));
    },
    onFault({ action, check }) {
      const active = action === 'set' ? assembly().faults.of(check) : undefined;
      oracle.fault(check, active && { ...active, until: active.until - loop.clock.now() + now() });
    },
  };
}
