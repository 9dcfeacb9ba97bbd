import { type Clock, systemClock, type Timer } from '../../base/clock.ts';
import type { Answer } from '../../contract/answer.ts';
import { problem } from '../../contract/problem.ts';
import { passing } from '../../contract/responses.ts';
import { type FaultControl, livenessTarget } from '../../faults/control.ts';
import type { Snapshot } from '../../health/snapshot.ts';
import type { Monitor } from '../../monitor/monitor.ts';
import { faultOf } from './report.ts';
import type { Handlers, Simulate } from './router.ts';

type FaultHandlers = Pick<Handlers, 'listFaults' | 'setFault' | 'clearFault' | 'clearFaults'>;

/** The handlers of what is simulated. A change is answered once the probes show it, or the check has had its time to. */
export function createFaultHandlers(faults: FaultControl, monitor: Monitor, clock: Clock = systemClock): FaultHandlers {
  const isKnown = (name: string): boolean =>
    (faults.liveness && name === livenessTarget) || monitor.snapshot().checks.some((check) => check.name === name);
  const unknown = (name: string): ReturnType<typeof unknownCheck> =>
    unknownCheck(name, monitor.snapshot(), faults.liveness ? [livenessTarget] : []);
  return {
    listFaults: () => ({ status: 200, body: { faults: faults.list().map(faultOf) } }),
    async setFault({ params: { check }, body: fault, by }) {
      if (!isKnown(check)) return unknown(check);
      if (check === livenessTarget && faults.liveness && fault.kind !== 'outage')
        return problem(400, `Expected the fault of liveness to be an outage, got ${fault.kind}`);
      const active = await faults.set(check, fault, by);
      if (fault.kind === 'outage') await shown(monitor, check, clock);
      // Another writer may have ended it already, and then this one was in force until then.
      if (active === undefined) return problem(404, 'The fault was ended by somebody else at the same time');
      return { status: 200, body: faultOf(active) };
    },
    async clearFault({ params: { check }, by }) {
      if (!isKnown(check)) return unknown(check);
      await faults.clear([check], by);
      await shown(monitor, check, clock);
      return { status: 204 };
    },
    async clearFaults({ by }) {
      const checks = monitor.snapshot().checks.map(({ name }) => name);
      const cleared = faults.list().map(({ check }) => check);
      await faults.clear([...new Set([...checks, ...cleared])], by);
      await Promise.all(cleared.map((check) => shown(monitor, check, clock)));
      return { status: 204 };
    },
  };
}

/** Answers an operation with `x-simulate` in the words of the contract. */
export function createSimulate(faults: FaultControl, monitor: Monitor, clock: Clock = systemClock): Simulate {
  return async ({ simulate, responses }, by): Promise<Answer> => {
    const { check, fault } = simulate as NonNullable<typeof simulate>;
    const snapshot = monitor.snapshot();
    if (!snapshot.checks.some(({ name }) => name === check)) return unknownCheck(check, snapshot);
    if (fault === 'none') await faults.clear([check], by);
    else await faults.set(check, { kind: fault }, by);
    await shown(monitor, check, clock);
    const { status, response } = passing(responses) ?? { status: 200 };
    const content = response?.content[0];
    return content === undefined ? { status } : { status, body: constantsOf(content.schema?.node.properties ?? {}) };
  };
}

const constantsOf = (properties: Readonly<Record<string, { const?: unknown }>>): object =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.const]));

export function unknownCheck(
  name: string,
  { checks }: Snapshot,
  others: readonly string[] = [],
): ReturnType<typeof problem<404>> {
  const names = [...checks.map((check) => check.name), ...others];
  const known = names.length === 0 ? 'there are none' : `known are ${names.join(', ')}`;
  return problem(404, `No check is named ${name}: ${known}`);
}

/** Waits for a run from now on, for as long as one may take: a dependency that hangs must not hang the answer. */
async function shown(monitor: Monitor, check: string, clock: Clock): Promise<void> {
  const found = monitor.snapshot().checks.find(({ name }) => name === check);
  if (found === undefined) return;
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, found.rules.timeoutMs);
  });
  await Promise.race([monitor.recheck(check), late]);
  clock.clearTimeout(timer);
}
