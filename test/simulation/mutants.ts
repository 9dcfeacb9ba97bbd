import type { Fault } from '../../generated/contract/types.gen.ts';
import type { Clock } from '../../src/clock.ts';
import type { connectFleet } from '../../src/fleet/client.ts';
import type { PreparedReplies } from '../../src/server/prepared.ts';
import type { ScriptedChecker } from './dependency.ts';
import type { ScriptedCheck } from './script.ts';

/** A service that does one thing wrong: what surrounds it is changed, and nothing of its own code. */
export interface Mutant {
  rules(check: ScriptedCheck): ScriptedCheck;
  checker(checker: ScriptedChecker): ScriptedChecker;
  clock(clock: Clock): Clock;
  replies(replies: PreparedReplies): Pick<PreparedReplies, 'get'>;
  fault(fault: Fault): Fault;
  connect(connect: typeof connectFleet): typeof connectFleet;
}

/** Changes nothing. */
export const none: Mutant = {
  rules: (check) => check,
  checker: (checker) => checker,
  clock: (clock) => clock,
  replies: (replies) => replies,
  fault: (fault) => fault,
  connect: (connect) => connect,
};
