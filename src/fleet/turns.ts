/** Does one work at a time: what is known when a work begins is what the one before has heard. */
interface Turns {
  /** Resolves with whether the work was done; never rejects. */
  take(work: () => Promise<void>): Promise<boolean>;
  /** The same for work that is the same each time: while one waits for its turn, further ones are that one. */
  takeSoon(work: () => Promise<void>): void;
}

/** @param onDone called with whether a work was done, before anybody else learns of it */
export function createTurns(onDone: (isDone: boolean) => void): Turns {
  let turn: Promise<unknown> = Promise.resolve();
  let isWaiting = false;
  const take = (work: () => Promise<void>): Promise<boolean> => {
    const done = turn.then(work).then(
      () => true,
      () => false,
    );
    turn = done;
    return done.then((isDone) => {
      onDone(isDone);
      return isDone;
    });
  };
  return {
    take,
    takeSoon(work) {
      if (isWaiting) return;
      isWaiting = true;
      void take(() => {
        isWaiting = false;
        return work();
      });
    },
  };
}
