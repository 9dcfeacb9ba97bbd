import type { Reason, RequiredFor } from '../../generated/contract/types.gen.ts';
import type { Duration } from '../base/duration.ts';

/** What looks at one dependency. It runs and fails; when, how often and what follows is decided elsewhere. */
export interface Checker {
  /**
   * Makes one round trip: resolves when the dependency answered as it should, rejects with anything when not.
   * Never called again before it settled, unless it `mayHang`. On `signal`'s abort it lets go of what it holds and settles.
   */
  check(signal: AbortSignal): Promise<unknown>;
  /** What an error of `check` means: nothing else of the error leaves the process. */
  explain(error: unknown): Reason;
  /** Takes the function to call when the driver itself notices that the dependency may have changed. */
  watch?(notice: () => void): void;
  /**
   * Whether `check` may ignore its signal and never settle, as a function of somebody else's may. Such a run is left
   * behind after its deadline, and `check` is called again.
   */
  readonly mayHang?: boolean;
  /**
   * Makes a round trip on a connection of its own, which is closed at once: what the next one who connects would meet.
   * Absent where every run connects anyway, and where nothing tells how to. May run beside `check`, and heeds its signal
   * as that does.
   */
  fresh?(signal: AbortSignal): Promise<unknown>;
  /** When the server's certificate expires, as the latest handshake has shown, in milliseconds since 1970. */
  certificateExpiry?(): number | undefined;
  /** Closes what the checker opened. */
  close?(): Promise<void>;
}

/** A failure whose reason the checker knows by itself. */
export class CheckFailure extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CheckFailure';
    this.reason = reason;
  }
}

/** How a check is run and what its failure does; see `rulesOf` for the defaults. */
export interface CheckOptions {
  /** The name for people, in "… not available"; from the check's name when left out. */
  label?: string | undefined;
  requiredFor?: RequiredFor | undefined;
  /** From the start of one run to the start of the next. */
  interval?: Duration | undefined;
  /** The deadline of a run. */
  timeout?: Duration | undefined;
  /** A result older than this is stale, and stale counts as down. */
  staleAfter?: Duration | undefined;
  /** Consecutive failures to go down. */
  failAfter?: number | undefined;
  /** Consecutive successes to come back up. */
  recoverAfter?: number | undefined;
  /** How often a fresh connection is tried, where one is kept; `false` for never. */
  canary?: Duration | false | CanaryOptions | undefined;
  /** The check is degraded when the server's certificate expires within so many days. */
  certificateDays?: number | undefined;
}

/** How a fresh connection is tried now and then: a kept one says nothing of those that come. */
interface CanaryOptions {
  every?: Duration | undefined;
  /** Whether it counts like a run when it fails, instead of degrading. */
  required?: boolean | undefined;
}

/** A checker with how to run it. */
export interface CheckDefinition extends CheckOptions {
  checker: Checker;
}
