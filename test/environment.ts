/** What a program gets of the environment of the tests, and no more. Compiled code that is kept halves its start. */
const { PATH = '', NODE_COMPILE_CACHE } = process.env;

export const environment: Readonly<Record<string, string>> = {
  PATH,
  ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
};
