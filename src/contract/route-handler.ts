/** What the generator knows of an operation. */
interface Route {
  Body?: unknown;
  Params?: unknown;
  Reply: object;
}

/** A handler of one operation: only declared statuses, each with its own body, compile. */
export type RouteHandler<R extends Route> = (request: {
  readonly body: R['Body'];
  readonly params: R['Params'];
  /** Who asks: the name of the token, where one is needed. */
  readonly by?: string | undefined;
}) => AnswerOf<R['Reply']> | Promise<AnswerOf<R['Reply']>>;

export type AnswerOf<Reply> = {
  [Status in keyof Reply]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
  } & BodyOf<Reply[Status]>;
}[keyof Reply];

/** The generator says `void` or `unknown` where no body is declared. */
type BodyOf<Body> = unknown extends Body
  ? { readonly body?: never }
  : // biome-ignore lint/suspicious/noConfusingVoidType: the generator's word
    [Body] extends [void]
    ? { readonly body?: never }
    : { readonly body: Body };
