/** Resolves with the name of the first SIGTERM or SIGINT. The second one ends the process at once. */
export function onceAskedToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const take = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', take).on('SIGINT', take);
  });
}
