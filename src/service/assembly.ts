import { type Clock, systemClock } from '../base/clock.ts';
import { publishEvents } from '../events/channels.ts';
import { logEvents } from '../events/log-lines.ts';
import type { Observer } from '../events/observer.ts';
import type { DelayHistogram } from '../monitor/process.ts';
import { createRunCounts, type RunCounts } from '../monitor/run-counts.ts';
import { type PreparedReplies, prepareReplies } from '../probes/prepared.ts';
import { createRequestCounts, type RequestCounts } from '../probes/request-counts.ts';
import { createEnding, type Ending } from './ending.ts';
import { createMembership, type Membership, type MembershipOptions } from './membership.ts';
import type { ProbityOptions } from './options.ts';
import { type ResolvedOptions, resolveOptions } from './resolved-options.ts';
import { createState, type State } from './state.ts';

/** A whole service but for its listeners. */
export interface Assembly extends ResolvedOptions, State, Ending {
  readonly runCounts: RunCounts;
  readonly requestCounts: RequestCounts;
  readonly replies: PreparedReplies;
  readonly membership: Membership;
  /** Starts the checks, once. */
  start(): void;
}

/** What surrounds a service: the machine's own where it is left out. */
interface Surroundings {
  readonly clock?: Clock;
  readonly histogram?: DelayHistogram;
  readonly connect?: MembershipOptions['connect'];
  readonly observers?: readonly Observer[];
}

/**
 * Puts together what a service is before it listens.
 *
 * @throws RangeError when an option is wrong
 * @throws TypeError when there is no such option, or it is of the wrong kind
 * @throws Error when the contract could not be honoured in some state
 */
export function assemble(options: ProbityOptions, surroundings: Surroundings = {}): Assembly {
  const { clock = systemClock, histogram, connect, observers: others = [] } = surroundings;
  const resolved = resolveOptions(options);
  const { log, names, contract } = resolved;
  const runCounts = createRunCounts(names);
  const observers = [runCounts, logEvents(log, clock), publishEvents(clock), ...others];
  const state = createState(resolved, options, { observers, clock, histogram });
  const requestCounts = createRequestCounts(contract);
  const replies = prepareReplies(contract, requestCounts, log, clock);
  state.monitor.onChange(replies.update);
  replies.update(state.monitor.snapshot());
  const membership = createMembership(resolved, state, options.fleet, { clock, connect });
  const wasProbed = (): boolean => requestCounts.list().some(({ requests }) => requests > 0);
  const ending = createEnding(resolved, { ...state, wasProbed }, membership, options.shutdown, clock);
  const { monitor } = state;

  let isStarted = false;
  return {
    ...resolved,
    ...state,
    ...ending,
    runCounts,
    requestCounts,
    replies,
    membership,
    start() {
      if (isStarted || ending.isStopped()) return;
      isStarted = true;
      warn(resolved, state, options);
      monitor.start();
    },
  };
}

/** Of what is allowed, and probably not meant. */
function warn({ log, guard, simulation }: ResolvedOptions, { heartbeats }: State, { checks }: ProbityOptions): void {
  // A proxy on the same machine need not tell of itself, and looks like somebody who is on it.
  if (simulation.enabled && !guard.keys().areNeeded)
    log.warn(
      {},
      'simulation is open to whoever is on this machine, and behind a proxy on it to everybody: `access.tokens` close it',
    );
  if (checks === undefined && heartbeats.isEmpty())
    log.warn({}, 'nothing is watched: createProbity was given neither `checks` nor a heartbeat');
}
