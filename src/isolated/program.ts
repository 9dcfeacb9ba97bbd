/** What a worker thread is started with, as it is handed to `new Worker`. */
interface Program {
  readonly entry: URL | string;
  /** Whether `entry` is the program itself, and not where it is. */
  readonly eval: boolean;
}

/**
 * The file beside this one. The build puts a module in the place of this file that has the whole program as text: so it
 * is part of whatever Probity is bundled into, and no file has to be found beside it.
 */
export const program: Program = { entry: new URL('./worker.ts', import.meta.url), eval: false };
