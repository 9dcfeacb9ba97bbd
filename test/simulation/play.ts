import { createChance } from './chance.ts';
import { createDependency, type Dependency } from './dependency.ts';
import { createFleetOracle, type FleetOracle } from './fleet-oracle.ts';
import { type Mutant, none } from './mutants.ts';
import { createFleetRedis } from './redis.ts';
import { createReplica, type Replica } from './replica.ts';
import type { Happening, Script } from './script.ts';
import { createWorld } from './world.ts';

/** What was wrong, and when, in milliseconds of the script. */
export interface Failure {
  readonly at: number;
  readonly what: string;
}

/** Long enough for a shutdown and for everything that it leaves to come to an end. */
const aftermathMs = 120_000;

/** Plays a script with real services, and says what was wrong first; nothing when all was right. */
export async function play(script: Script, mutant: Mutant = none): Promise<Failure | undefined> {
  const world = createWorld(script.seed);
  const chance = createChance(script.seed + 1);
  let failure: Failure | undefined;
  const complain = (what: string): void => {
    failure ??= { at: world.now(), what };
  };
  const dependencies = script.checks.map(() => createDependency(createChance(chance.whole(0, 2 ** 31))));
  const redis = createFleetRedis(world, createChance(chance.whole(0, 2 ** 31)));
  const replicas = Array.from({ length: script.replicas }, () =>
    createReplica({ script, world, dependencies, redis, mutant, complain }),
  );
  const fleet = createFleetOracle({ replicas, now: world.now, complain });
  for (const [index, replica] of replicas.entries()) await replica.begin(8_000 + index);

  const cast = { dependencies, replicas, fleet };
  script.happenings.forEach((happening, index) => {
    world.after(happening.at, () => {
      if ('replica' in happening && happening.what !== 'ask' && replicas[happening.replica]?.isShutDown()) return;
      if (happening.what === 'redis') {
        redis.become(happening.becomes);
        fleet.redis(happening.becomes);
      }
      happen(cast, happening, `by${index}`);
    });
  });
  const isOver = (): boolean => failure !== undefined;
  await world.run(script.lastsMs, isOver);
  for (const replica of replicas) replica.loop.arrive(replica.shutdown);
  await world.run(script.lastsMs + aftermathMs, isOver);
  for (const left of replicas.flatMap((replica) => replica.left())) complain(`Left at the end: ${left}`);
  if (redis.connections() > 0) complain('Left at the end: a connection to the fleet');
  return failure;
}

interface Cast {
  readonly dependencies: readonly Dependency[];
  readonly replicas: readonly Replica[];
  readonly fleet: FleetOracle;
}

function happen({ dependencies, replicas, fleet }: Cast, happening: Happening, by: string): void {
  if (happening.what === 'becomes') {
    const { check, behaviour, isTold } = happening;
    dependencies[check]?.become(behaviour, isTold);
    for (const { oracle } of replicas) oracle.dependency(check, behaviour, isTold);
  }
  if (happening.what === 'reset') {
    dependencies[happening.check]?.reset();
    for (const { oracle } of replicas) oracle.reset(happening.check);
  }
  if (happening.what === 'door') {
    dependencies[happening.check]?.shut(happening.refuses);
    for (const { oracle } of replicas) oracle.door(happening.check, happening.refuses);
  }
  if (!('replica' in happening)) return;
  const replica = replicas[happening.replica];
  if (replica === undefined) return;
  const { loop, oracle, assembly } = replica;
  if (happening.what === 'notice') replica.notice(happening.check);
  if (happening.what === 'stall') replica.stall(happening.ms, happening.in, () => fleet.stalled(happening.ms));
  const change = (): void => {
    if (happening.what === 'fault') {
      replica.setFault(happening.check, happening.fault, by);
      fleet.set(happening.check, happening.fault, by);
    }
    if (happening.what === 'clear') {
      replica.clearFault(happening.check);
      fleet.cleared(happening.check);
    }
  };
  const acts: Partial<Record<Happening['what'], () => void>> = {
    ask() {
      replica.ask();
      fleet.ask();
    },
    fail() {
      assembly.heartbeats.fail('A test wants it so');
      oracle.failed();
    },
    started() {
      assembly.started();
      oracle.started();
    },
    drain() {
      assembly.monitor.drain();
      oracle.draining();
    },
    shutdown: () => replica.shutdown(),
    fault: change,
    clear: change,
  };
  const act = acts[happening.what];
  if (act !== undefined) loop.arrive(act);
  if (happening.what === 'silence') loop.arrive(() => replica.silence(happening.ms));
}
