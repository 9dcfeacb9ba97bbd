import type { Reason } from '../../generated/contract/types.gen.ts';
import type { Checker } from '../../src/health/checker.ts';
import type { Chance } from './chance.ts';
import type { Loop } from './loop.ts';
import type { Behaviour } from './script.ts';

/** A dependency that does as it is told to, with everybody who asks it. */
export interface Dependency {
  readonly behaviour: Behaviour;
  /** Behaves otherwise from now on; `isTold` says whether the drivers learn of it. */
  become(behaviour: Behaviour, isTold: boolean): void;
  /** Refuses who connects anew, or not any more; whoever is connected notices nothing. */
  shut(refuses: Reason | undefined): void;
  /** Ends every conversation. */
  reset(): void;
  /** What asks it from within a process. */
  checker(options: CheckerOptions): ScriptedChecker;
}

export interface CheckerOptions {
  readonly loop: Loop;
  readonly mayHang: boolean;
  /** Takes the other runs under way when one more begins. */
  onRun(others: readonly Conversation[]): void;
  /** Takes how many fresh connections are under way when one more is made; absent where none is to be tried. */
  onFresh?: ((others: number) => void) | undefined;
}

export interface ScriptedChecker extends Checker {
  /** The driver has something to say. */
  notice(): void;
  /** How many runs are under way. */
  open(): number;
  readonly closed: number;
}

export interface Conversation {
  readonly since: number;
  /** Aborted when it was told to let go. */
  readonly signal: AbortSignal;
  end(error?: Reason): void;
  isDeaf: boolean;
}

/** How soon news of a driver come, in milliseconds. */
export const newsWithinMs = 5;

export function createDependency(chance: Chance): Dependency {
  let behaviour: Behaviour = { kind: 'ok', withinMs: 5 };
  let refuses: Reason | undefined;
  const checkers: ScriptedChecker[] = [];
  const conversations = new Set<Conversation & { readonly loop: Loop }>();

  const soon = (): number => chance.next() * newsWithinMs;
  const answer = ({ loop, end }: Conversation & { readonly loop: Loop }): void => {
    if (behaviour.kind === 'ok') loop.arrive(() => end(), chance.next() * behaviour.withinMs);
    if (behaviour.kind !== 'fails') return;
    const { reason, withinMs } = behaviour;
    loop.arrive(() => end(reason), chance.next() * withinMs);
  };

  const connecting = (loop: Loop, onFresh: (others: number) => void): NonNullable<Checker['fresh']> => {
    let underWay = 0;
    return (signal) => {
      onFresh(underWay);
      underWay += 1;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => reject('protocol'), { once: true });
      const refused = refuses ?? (behaviour.kind === 'fails' ? behaviour.reason : undefined);
      if (refused !== undefined) loop.arrive(() => reject(refused), chance.next() * newsWithinMs);
      else if (behaviour.kind === 'ok') loop.arrive(resolve, chance.next() * newsWithinMs);
      return promise.finally(() => {
        underWay -= 1;
      });
    };
  };

  return {
    get behaviour() {
      return behaviour;
    },
    become(next, isTold) {
      behaviour = next;
      for (const one of conversations) if (one.isDeaf) one.loop.arrive(() => one.end('refused'), soon());
      if (isTold) for (const { notice } of checkers) notice();
    },
    shut(reason) {
      refuses = reason;
    },
    reset() {
      for (const one of conversations) one.loop.arrive(() => one.end('refused'), soon());
      for (const { notice } of checkers) notice();
    },
    checker({ loop, mayHang, onRun, onFresh }) {
      const own = new Set<Conversation>();
      let told: () => void = () => {};
      const checker: ScriptedChecker & { closed: number } = {
        closed: 0,
        ...(mayHang ? { mayHang } : {}),
        open: () => own.size,
        notice: () => loop.arrive(() => told(), soon()),
        check(signal) {
          const now = loop.clock.now();
          onRun([...own]);
          if (behaviour.kind === 'throws') throw behaviour.reason;
          return new Promise((resolve, reject) => {
            const end = (error?: Reason): void => {
              own.delete(conversation);
              conversations.delete(conversation);
              if (error === undefined) resolve(undefined);
              else reject(error);
            };
            const conversation = { since: now, signal, loop, end, isDeaf: behaviour.kind === 'deaf' };
            own.add(conversation);
            conversations.add(conversation);
            if (!conversation.isDeaf) signal.addEventListener('abort', () => end('protocol'), { once: true });
            answer(conversation);
          });
        },
        ...(onFresh && { fresh: connecting(loop, onFresh) }),
        explain: (error) => error as Reason,
        watch(notice) {
          told = notice;
        },
        async close() {
          checker.closed += 1;
          for (const { end } of own) end('unavailable');
        },
      };
      checkers.push(checker);
      return checker;
    },
  };
}
