import type { Fault } from '../../generated/contract/types.gen.ts';
import { type Assembly, assemble } from '../../src/assembly.ts';
import { checked } from '../../src/contract/answer.ts';
import { builtinContract } from '../../src/contract/builtin.ts';
import type { Contract } from '../../src/contract/contract.ts';
import type { Operation } from '../../src/contract/operations.ts';
import type { FaultNotice } from '../../src/faults/simulation.ts';
import { livenessTarget } from '../../src/faults/simulation.ts';
import type { ProbeKind } from '../../src/health/probes.ts';
import type { CheckRules } from '../../src/health/rules.ts';
import type { Reply } from '../../src/server/reply.ts';
import { readinessChecks, reportOf } from '../../src/server/report.ts';
import { createFaultHandlers } from '../../src/server/simulate.ts';
import type { Conversation, Dependency, ScriptedChecker } from './dependency.ts';
import type { Loop } from './loop.ts';
import { type Mutant, none } from './mutants.ts';
import { createOracle, type Oracle } from './oracle.ts';
import type { FleetRedis } from './redis.ts';
import { maxStallMs, nameOf, rulesIn, type Script, type StallPlace } from './script.ts';
import type { World } from './world.ts';

/** One process with a service in it, all of it real but for the time and for what is outside. */
export interface Replica {
  readonly loop: Loop;
  readonly oracle: Oracle;
  readonly assembly: Assembly;
  begin(port: number): Promise<void>;
  /** Asks all probes, and holds the answers to the oracle. */
  ask(): void;
  setFault(check: string, fault: Fault, by: string): void;
  clearFault(check: string): void;
  notice(check: number): void;
  stall(ms: number, where: StallPlace, begun: () => void): void;
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
  readonly mutant?: Mutant;
  complain(what: string): void;
}

const contract: Contract = builtinContract(true);
const probes = contract.operations.filter(({ probe }) => probe !== undefined);
const operation = (id: string): Operation => contract.operations.find((one) => one.id === id) as Operation;

/** How many runs may be left behind at once, and for how long one counts. */
const mostLeftBehind = 5;
const forgottenMs = 180_000;

export function createReplica(options: ReplicaOptions): Replica {
  const { script, world, dependencies, redis, mutant = none, complain } = options;
  const loop = world.loop();
  const clock = mutant.clock(loop.clock);
  const rules = rulesIn(script);
  const mayHang = script.checks.map((check) => check.mayHang);
  const oracle = createOracle({
    rules: rules.map((own, index) => ({ ...own, label: nameOf(index) })),
    mayHang,
    heartbeatMs: script.heartbeatMs,
    isStartExplicit: script.isStartExplicit,
    now: world.now,
    turn: loop.turn,
    complain,
  });
  const checkers = script.checks.map((check, index): ScriptedChecker => {
    const onRun = (others: readonly Conversation[]): void => {
      const now = loop.clock.now();
      const isLetGo = others.every(({ signal }) => check.mayHang && signal.aborted);
      const counted = others.filter(({ since }) => now - since < forgottenMs);
      if (!isLetGo || counted.length > mostLeftBehind)
        complain(`${nameOf(index)} runs beside others that began ${others.map(({ since }) => now - since)} ms ago`);
    };
    return (dependencies[index] as Dependency).checker({ loop, mayHang: check.mayHang, onRun });
  });
  const indexOf = (name: string): number => script.checks.findIndex((_, index) => nameOf(index) === name);

  const assembly = mutant.assembly(
    assemble(
      {
        checks: Object.fromEntries(
          script.checks.map((check, index) => [
            nameOf(index),
            { ...mutant.rules(check), checker: mutant.checker(checkers[index] as ScriptedChecker) },
          ]),
        ),
        contract,
        simulation: { liveness: true },
        explicitStart: script.isStartExplicit,
        maxEventLoopDelay: `${maxStallMs}ms`,
        ...(script.replicas > 1 ? { fleet: { redis: 'redis://fleet' } } : {}),
      },
      {
        clock,
        histogram: loop.histogram,
        connect: mutant.connect(redis.connect(loop)),
        observers: [
          {
            onRun: ({ name }, outcome) => oracle.ran(indexOf(name), outcome),
            onTransition({ name }, _, after) {
              if (after.status === 'down' && after.reason === 'stale') oracle.wentStale(indexOf(name));
            },
            onFault: ({ check, action }) => tellOfFault(check, action),
          },
        ],
      },
    ),
  );
  const { monitor, simulating, heartbeats, shutdown } = assembly;
  const { simulation } = simulating;
  const replies = mutant.replies(assembly.replies);
  const handlers = createFaultHandlers(simulation, monitor, clock);
  let quietUntil = 0;
  let isShutDown = false;
  let isClosed = false;
  let exitCode: number | undefined;
  let asked = 0;
  const unanswered = new Set<string>();
  const judgedReplies = new WeakSet<Reply>();

  assembly.own({
    announce() {},
    async close() {
      isClosed = true;
    },
    open: () => [],
  });

  function tellOfFault(check: string, action: FaultNotice['action']): void {
    const active = action === 'set' ? simulation.of(check) : undefined;
    const toWorld = world.now() - loop.clock.now();
    oracle.fault(check, active && { ...active, until: active.until + toWorld });
  }

  const isValid = (of: Operation, reply: Reply): boolean => {
    if (judgedReplies.has(reply)) return true;
    judgedReplies.add(reply);
    const declared = of.responses.get(reply.status);
    const headers = new Map(reply.headers.flatMap((name, at) => (at % 2 ? [] : [[name, reply.headers[at + 1]]])));
    const length = reply.status === 204 ? undefined : String(reply.body.length);
    if (declared === undefined || headers.get('Content-Length') !== length) return false;
    if (headers.get('Content-Type') !== declared.mediaType) return false;
    if (declared.schema === undefined) return reply.body.length === 0;
    return contract.validators[declared.schema.ref]?.(JSON.parse(reply.body.toString())) ?? false;
  };

  /** An outage is answered once the probes show it, unless the run that is to show it takes as long as it may. */
  const shows = (check: string, by: string, since: number): void => {
    const { requiredFor, timeoutMs } = rules[indexOf(check)] as CheckRules;
    const isLate = world.now() > since + timeoutMs - 5;
    if (isLate || requiredFor !== 'readiness' || simulation.of(check)?.by !== by) return;
    if (replies.get('/ready')?.status === 200) complain(`The outage ${by} of ${check} was answered before it shows`);
  };

  const answered = async (id: string, ask: () => unknown): Promise<void> => {
    const request = `${id} at ${world.now()}`;
    unanswered.add(request);
    try {
      checked(contract, operation(id), (await ask()) as { status: number });
    } catch (error) {
      complain(`${id} has no valid answer: ${error}`);
    }
    unanswered.delete(request);
  };

  return {
    loop,
    oracle,
    assembly,
    async begin(port) {
      if (script.heartbeatMs !== undefined) {
        const beat = heartbeats.promise('work', script.heartbeatMs);
        const timer = loop.clock.setInterval(() => {
          if (isShutDown) loop.clock.clearTimeout(timer);
          if (world.now() < quietUntil) return;
          oracle.beat();
          beat();
        }, script.heartbeatMs / 3);
      }
      assembly.start();
      await simulating.join(port);
    },
    ask() {
      if (isClosed) return;
      asked += 1;
      for (const of of probes) {
        const reply = replies.get(of.path) as Reply;
        const kind = of.probe?.kind as ProbeKind;
        const { mayBeOk, mayFail, why } = oracle.verdict(kind);
        const isOk = reply.status < 300;
        if (!(isOk ? mayBeOk : mayFail)) complain(`${of.path} answers ${reply.status} ${reply.text}, but ${why()}`);
        if (!isValid(of, reply)) complain(`${of.path} answers what the contract does not allow: ${reply.text}`);
      }
      if (asked % 100 > 0) return;
      void answered('listFaults', handlers.listFaults as () => unknown);
      const report = () =>
        reportOf(monitor.snapshot(), assembly.process.figures(), simulation, readinessChecks(contract));
      void answered('listChecks', () => ({ status: 200, body: report() }));
    },
    setFault(check, fault, by) {
      const body = mutant.fault(fault);
      const since = world.now();
      void answered('setFault', async () => {
        const answer = await handlers.setFault({ params: { check }, body, by } as never);
        if (answer.status === 200 && fault.kind === 'outage' && check !== livenessTarget) shows(check, by, since);
        return answer;
      });
    },
    clearFault(check) {
      void answered('clearFault', () => handlers.clearFault({ params: { check } } as never));
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
      quietUntil = Math.max(quietUntil, world.now() + ms);
    },
    shutdown() {
      if (isShutDown) return;
      isShutDown = true;
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
      ...[...unanswered].map((request) => `no answer to ${request}`),
      ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ],
  };
}
