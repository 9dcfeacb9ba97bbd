import type { Fault } from '../../generated/contract/types.gen.ts';
import type { Timer } from '../../src/base/clock.ts';
import { livenessTarget } from '../../src/faults/control.ts';
import type { CheckRules } from '../../src/health/rules.ts';
import { readinessChecks, reportOf } from '../../src/server/api/report.ts';
import { createFaultHandlers } from '../../src/server/api/simulate.ts';
import type { Assembly } from '../../src/service/assembly.ts';
import { contract, createAnswers } from './answers.ts';
import type { Dependency } from './dependency.ts';
import type { Loop } from './loop.ts';
import type { Mutant } from './mutants.ts';
import { createOracle, type Oracle } from './oracle.ts';
import type { FleetRedis } from './redis.ts';
import { nameOf, rulesIn, type Script, type StallPlace } from './script.ts';
import { createService } from './service.ts';
import type { World } from './world.ts';

/** One process with a service in it, all of it real but for the time and for what is outside. */
export interface Replica {
  readonly loop: Loop;
  readonly oracle: Oracle;
  readonly assembly: Assembly;
  begin(port: number): Promise<void>;
  /** Asks all probes, and now and then for more. */
  ask(): void;
  setFault(check: string, fault: Fault, by: string): void;
  clearFault(check: string): void;
  /** A driver has something to say. */
  notice(check: number): void;
  stall(ms: number, where: StallPlace, begun: () => void): void;
  /** Lets the application beat no heart for so long. */
  silence(ms: number): void;
  shutdown(): void;
  isShutDown(): boolean;
  /** What is still there that should not be. */
  left(): string[];
}

export interface ReplicaOptions {
  readonly script: Script;
  readonly world: World;
  readonly dependencies: readonly Dependency[];
  readonly redis: FleetRedis;
  readonly mutant: Mutant;
  complain(what: string): void;
}

/** A report costs much more than a probe. */
const reportEvery = 100;

export function createReplica(options: ReplicaOptions): Replica {
  const { script, world, mutant, complain } = options;
  const { now } = world;
  const loop = world.loop();
  const rules = rulesIn(script);
  const { heartbeatMs, isStartExplicit } = script;
  const mayHang = script.checks.map((check) => check.mayHang);
  const oracle = createOracle({ rules, mayHang, heartbeatMs, isStartExplicit, now, turn: loop.turn, complain });
  const { assembly, checkers } = createService({ ...options, loop, oracle, now });
  const { monitor, faults, heartbeats, shutdown } = assembly;
  const replies = mutant.replies(assembly.replies);
  const answers = createAnswers({ replies, oracle, now, complain });
  const handlers = createFaultHandlers(faults, monitor, loop.clock);
  let beating: Timer | undefined;
  let quietUntil = 0;
  let isShutDown = false;
  let isClosed = false;
  let exitCode: number | undefined;
  let asked = 0;

  const close = async (): Promise<void> => {
    isClosed = true;
  };
  assembly.manage({ announce() {}, close, open: () => [] });

  /** An outage is answered once the probes show it, unless the run that is to show it takes as long as it may. */
  const shows = (check: string, by: string, since: number): void => {
    const { requiredFor, timeoutMs } = rules.find((_, index) => nameOf(index) === check) as CheckRules;
    const isLate = now() > since + timeoutMs - 5;
    if (isLate || requiredFor !== 'readiness' || faults.of(check)?.by !== by) return;
    if (replies.get('/ready')?.status === 200) complain(`The outage ${by} of ${check} was answered before it shows`);
  };
  const beatFor = (withinMs: number): void => {
    const beat = heartbeats.expect('work', withinMs);
    beating = loop.clock.setInterval(() => {
      if (now() < quietUntil) return;
      oracle.beat();
      beat();
    }, withinMs / 3);
  };

  return {
    loop,
    oracle,
    assembly,
    async begin(port) {
      if (heartbeatMs !== undefined) beatFor(heartbeatMs);
      assembly.start();
      await assembly.membership.join(port);
    },
    ask() {
      if (isClosed) return;
      answers.probe();
      for (const [check, { state }] of monitor.snapshot().checks.entries()) oracle.warned(check, state.warning);
      asked += 1;
      if (asked % reportEvery > 0) return;
      const report = () => reportOf(monitor.snapshot(), assembly.process.figures(), faults, readinessChecks(contract));
      answers.request('listFaults', handlers.listFaults as () => unknown);
      answers.request('listChecks', () => ({ status: 200, body: report() }));
    },
    setFault(check, fault, by) {
      const since = now();
      answers.request('setFault', async () => {
        const answer = await handlers.setFault({ params: { check }, body: mutant.fault(fault), by } as never);
        if (answer.status === 200 && fault.kind === 'outage' && check !== livenessTarget) shows(check, by, since);
        return answer;
      });
    },
    clearFault(check) {
      answers.request('clearFault', () => handlers.clearFault({ params: { check } } as never));
    },
    notice: (check) => checkers[check]?.notice(),
    stall(ms, where, begun) {
      const stall = (): void => {
        begun();
        loop.stall(ms);
        oracle.stalled(ms);
      };
      if (where === 'timers') loop.clock.setTimeout(stall, 1);
      else if (where === 'poll') loop.arrive(stall);
      else loop.arriveBehindTimer(stall);
    },
    silence(ms) {
      quietUntil = Math.max(quietUntil, now() + ms);
    },
    shutdown() {
      if (isShutDown) return;
      isShutDown = true;
      loop.clock.clearTimeout(beating);
      void shutdown.run({}).then((code) => {
        exitCode = code;
      });
      oracle.draining();
    },
    isShutDown: () => isShutDown,
    left: () => [
      ...(loop.pending() === 0 ? [] : [`${loop.pending()} timers`]),
      ...checkers.filter(({ closed }) => closed !== 1).map(({ closed }) => `a checker that was closed ${closed} times`),
      ...checkers.filter(({ open }) => open() > 0).map(({ open }) => `${open()} runs`),
      ...answers.unanswered().map((request) => `no answer to ${request}`),
      ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ],
  };
}
