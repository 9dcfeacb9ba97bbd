/** Does one work at a time: what is known when a work begins is what the one before has heard. Never rejects. */
export type InTurn = (work: () => Promise<void>) => Promise<boolean>;

/** @param onDone called with whether a work was done, before anybody learns of it */
export function createTurns(onDone: (isDone: boolean) => void): InTurn {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
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
}
