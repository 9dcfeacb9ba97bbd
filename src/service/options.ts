import type { Duration } from '../base/duration.ts';
import { rangeError, typeError } from '../base/errors.ts';
import { type Known, refuseUnknown } from '../base/known-options.ts';
import type { Log } from '../base/log.ts';
import { type CheckFunction, customChecker } from '../checks/custom.ts';
import { runOptions } from '../checks/kit/options.ts';
import type { Contract } from '../contract/contract.ts';
import type { SimulationOptions } from '../faults/options.ts';
import type { CheckDefinition } from '../health/checker.ts';
import { rulesOf } from '../health/rules.ts';
import type { MonitoredCheck } from '../monitor/monitor.ts';
import type { AccessOptions } from '../server/access/options.ts';
import type { ShutdownOptions } from '../shutdown/shutdown.ts';
import { proveValues } from './option-values.ts';

export interface ManagementOptions {
  port: number;
  /** That of the probes when left out. */
  host?: string | undefined;
}

export interface FleetOptions {
  redis: string;
  /** `probity` when left out. */
  name?: string | undefined;
}

export interface ProbityOptions<Name extends string = string> {
  /** The dependencies to watch, by name; what is `undefined` is none. */
  checks?: { readonly [Check in Name]?: CheckDefinition | CheckFunction | undefined } | undefined;
  /** Narrows a probe to some checks. Liveness has none to be narrowed to: it never looks at a dependency. */
  probes?:
    | {
        readonly readiness?: readonly NoInfer<Name>[] | undefined;
        readonly startup?: readonly NoInfer<Name>[] | undefined;
      }
    | undefined;
  /** Whether failures may be simulated; without tokens, `listen` then takes loopback addresses alone. */
  simulation?: boolean | SimulationOptions | undefined;
  /** Who may ask for more than the probes. */
  access?: AccessOptions | undefined;
  /** A listener of its own for everything but the probes. */
  management?: ManagementOptions | undefined;
  /** How replicas share their faults: through a Redis, those with the same name. */
  fleet?: FleetOptions | undefined;
  /** The document that is served, as `loadContract` reads it; the built-in one when left out. */
  contract?: Contract | undefined;
  /**
   * The paths that `handler` takes at the root of an application as well, as `/metrics`. Otherwise `/`, `/docs`,
   * `/openapi.json` and `/metrics` are the application's there.
   */
  atRoot?: readonly string[] | undefined;
  /** Which release of the service answers, for documents whose answers say so (`releaseId`). */
  releaseId?: string | undefined;
  /** Liveness fails when the event loop has been stuck for longer. */
  maxEventLoopDelay?: Duration | undefined;
  /** Heartbeats that come over HTTP, from a program that has Probity beside it: how long each may be silent. */
  heartbeats?: Readonly<Record<string, Duration>> | undefined;
  /** Whether the start goes on until `started()` is called, whatever the checks say. */
  explicitStart?: boolean | undefined;
  shutdown?: ShutdownOptions | undefined;
  /** Transitions and what goes wrong are lines on stderr when left out; `false` is silence. */
  log?: Log | false | undefined;
}

const known: Known<ProbityOptions> = {
  checks: true,
  probes: true,
  simulation: true,
  access: true,
  management: true,
  fleet: true,
  contract: true,
  atRoot: true,
  releaseId: true,
  maxEventLoopDelay: true,
  heartbeats: true,
  explicitStart: true,
  shutdown: true,
  log: true,
};

const management: Known<ManagementOptions> = { port: true, host: true };
const fleet: Known<FleetOptions> = { redis: true, name: true };
const simulation: Known<SimulationOptions> = { enabled: true, liveness: true };
const access: Known<AccessOptions> = { tokens: true, protect: true };
const shutdown: Known<ShutdownOptions> = { drainDelay: true, deadline: true, uncaughtErrors: true, signals: true };

/**
 * Refuses what there is no option for: who mistypes `checks` would watch nothing, and be ready. And what an option cannot
 * be.
 *
 * @throws TypeError naming the option, and the one that was probably meant
 */
export function proveOptions(options: ProbityOptions): void {
  refuseUnknown('', options, known);
  for (const [name, inner] of Object.entries({ management, fleet, access, shutdown, simulation })) {
    const given = options[name as 'management'];
    if (given === undefined || (name === 'simulation' && typeof given === 'boolean')) continue;
    refuseUnknown(`${name}.`, given, inner);
  }
  proveValues(options);
}

export function monitoredChecks(checks: NonNullable<ProbityOptions['checks']>): MonitoredCheck[] {
  const given = Object.entries(checks).filter((entry) => entry[1] !== undefined);
  return given.map(([name, check]) => {
    const definition = typeof check === 'function' ? { checker: customChecker(check) } : check;
    if (typeof definition?.checker?.check !== 'function')
      throw typeError(
        'PROBITY_OPTION',
        `Expected \`checks.${name}\` to be a check or an async function, got \`${check}\``,
      );
    refuseUnknown(`checks.${name}.`, definition, { checker: true, ...runOptions });
    refuseUnheeded(name, definition);
    return { name, rules: rulesOf(name, definition), checker: definition.checker };
  });
}

/** An option that the check could not heed is a mistake. */
function refuseUnheeded(name: string, { canary, certificateDays, checker }: CheckDefinition): void {
  if (canary && checker.fresh === undefined)
    throw typeError(
      'PROBITY_OPTION',
      `Expected no \`checks.${name}.canary\`: each run connects anew, or nothing tells how to (of amqplib's connection, \`url\` does)`,
    );
  if (certificateDays !== undefined && checker.certificateExpiry === undefined)
    throw typeError('PROBITY_OPTION', `Expected no \`checks.${name}.certificateDays\`: the check knows no certificate`);
}

/** The contract with its probes narrowed to the checks that `probes` names. */
export function narrowed(
  contract: Contract,
  probes: NonNullable<ProbityOptions['probes']>,
  checks: readonly MonitoredCheck[],
): Contract {
  const names = new Map<string, readonly string[]>();
  for (const [kind, wanted] of Object.entries(probes)) {
    if (wanted === undefined) continue;
    if (kind !== 'readiness' && kind !== 'startup')
      throw rangeError('PROBITY_OPTION', `Expected \`probes\` to name readiness or startup, got \`${kind}\``);
    for (const name of wanted) {
      if (checks.some((check) => check.name === name)) continue;
      throw rangeError('PROBITY_OPTION', `Expected \`probes.${kind}\` to name checks, got \`${name}\``);
    }
    names.set(kind, wanted);
  }
  if (names.size === 0) return contract;
  const operations = contract.operations.map((operation) => {
    const only = operation.probe && names.get(operation.probe.kind);
    return only ? { ...operation, probe: { kind: operation.probe?.kind as 'readiness', checks: only } } : operation;
  });
  return { ...contract, operations };
}
