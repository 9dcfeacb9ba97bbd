import { type Clock, systemClock } from '../base/clock.ts';
import type { Contract } from '../contract/contract.ts';

/** What a reply shows only where a property asks for it: an open schema shows the report alone. */
export interface AskedFields {
  /** When the reply was prepared, which is when what it says last changed. */
  readonly timestamp: string;
  /** For how long the process had been running by then, in whole seconds. */
  readonly uptime: number;
  /** What the document is about, by its title. */
  readonly name: unknown;
  /** That of the settings. */
  readonly releaseId?: string;
}

/** Replies are the same bytes until the state changes, and so are their times. */
export const askedFields = ({ document, releaseId }: Contract, clock: Clock = systemClock): AskedFields => ({
  timestamp: new Date(clock.wall()).toISOString(),
  uptime: Math.floor(clock.now() / 1_000),
  name: document.info.title,
  ...(releaseId === undefined ? {} : { releaseId }),
});
