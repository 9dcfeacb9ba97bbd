/**
 * The errors that people meet, by kind of mistake: a message may get better words, its code stays. docs/errors.md says
 * what each means, and what to do.
 */
export type ErrorCode =
  | 'PROBITY_OPTION'
  | 'PROBITY_UNKNOWN_OPTION'
  | 'PROBITY_NAME'
  | 'PROBITY_URL'
  | 'PROBITY_TLS'
  | 'PROBITY_TOKEN'
  | 'PROBITY_ACCESS'
  | 'PROBITY_CONFIG'
  | 'PROBITY_CONTRACT'
  | 'PROBITY_ANSWER'
  | 'PROBITY_DRIVER'
  | 'PROBITY_SERVER'
  | 'PROBITY_STOPPED'
  | 'PROBITY_CLOSE'
  | 'PROBITY_ADDRESS'
  | 'PROBITY_USAGE'
  | 'PROBITY_MANIFEST'
  | 'PROBITY_SERVICE'
  | 'PROBITY_NOT_READY';

type Class = new (message: string, options?: ErrorOptions) => Error;
type Make = (code: ErrorCode, message: string, options?: ErrorOptions) => Coded;

/** An error that people meet. */
type Coded = Error & { readonly code: ErrorCode };

/** Makes errors that have a code as Node's own have one; their stack begins where they were asked for. */
function making(Class: Class): Make {
  return function make(code, message, options) {
    const error = Object.assign(new Class(message, options), { code });
    Error.captureStackTrace(error, make);
    return error;
  };
}

/** Of what is not of the right kind, or not known. */
export const typeError: Make = making(TypeError);
/** Of what is of the right kind, and no value that it can have. */
export const rangeError: Make = making(RangeError);
/** Of what went wrong with something outside. */
export const plainError: Make = making(Error);

/** The code of an error of ours; absent from everybody else's. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('PROBITY_') ? (code as ErrorCode) : undefined;
}
