/** The beginning of one value of an answer in RESP2. */
export interface Head {
  /** `+` and `-` for a line, `:` for a number, `$` for a string, `*` for an array. */
  readonly sign: string;
  /** What follows on its line: of a string or an array, its length. */
  readonly text: string;
  /** In how many arrays it lies. */
  readonly depth: number;
  /** Its place in the array that it lies in, from 0. */
  readonly at: number;
}

const signs = '+-:$*';

/** Redis' own errors stay far below. */
const longestLine = 16_384;

const deepest = 8;

/** More than any answer to what is asked here, in bytes. */
export const longestAnswer = 16_777_216;

const newline = '\n'.charCodeAt(0);

/**
 * Throws at whatever is not expected of Redis, before ioredis sees it. That throws when an answer that nobody asked for
 * is nothing (`$-1`), or when news has not the parts of news, and does so in a turn of its own, where nobody could catch.
 * So nothing at all is never expected.
 */
export function answersAlone(isExpected: (head: Head) => boolean): (data: Buffer) => void {
  let line = '';
  /** Of the string that is under way, with the end of its line. */
  let toSkip = 0;
  let size = 0;
  /** The arrays that it is in. */
  const open: { readonly length: number; left: number }[] = [];

  const begin = (sign: string, text: string): void => {
    const length = '$*'.includes(sign) ? lengthOf(text) : 0;
    const inner = open.at(-1);
    const at = inner === undefined ? 0 : inner.length - inner.left;
    if (!isExpected({ sign, text, depth: open.length, at })) throw new Error('No answer to what was asked');
    if (sign === '-' && !isRedirection(text)) throw new Error('A redirection to nowhere');
    if (sign === '$') toSkip = length + 2;
    if (sign !== '*' || length === 0) close();
    else if (open.push({ length, left: length }) > deepest)
      throw new Error('An answer of too many arrays in each other');
  };
  const close = (): void => {
    for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
      inner.left -= 1;
      if (inner.left > 0) return;
      open.pop();
    }
    size = 0;
  };

  return (data) => {
    for (let at = 0; at < data.length; ) {
      const skipped = Math.min(toSkip, data.length - at);
      const end = data.indexOf(newline, at + skipped);
      const next = end === -1 ? data.length : end + 1;
      toSkip -= skipped;
      size += next - at;
      line += data.toString('latin1', at + skipped, next);
      at = next;
      if (line === '') return;
      if (!signs.includes(line.charAt(0))) throw new Error('No answer to what was asked');
      if (line.length > longestLine || size > longestAnswer) throw new Error('An answer without end');
      if (end === -1) return;
      const [sign, text] = [line.charAt(0), line.slice(1).trimEnd()];
      line = '';
      begin(sign, text);
    }
  };
}

function lengthOf(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new Error('An answer without a length');
  return Number(text);
}

/** The answers to the commands of a check: a word, an error, a number. */
export const isLine = ({ sign }: Head): boolean => '+-:'.includes(sign);

/** And of a cluster, how it is. */
export const isText = ({ sign }: Head): boolean => sign !== '*';

/** ioredis follows these without looking. Every other error is one. */
const isRedirection = (text: string): boolean =>
  !/^(MOVED|ASK)( |$)/.test(text) || /^(MOVED|ASK) \d{1,5} \S*:\d{1,5}$/.test(text);

/** What a login and a question or two are answered with, and no more: what is said without end is not listened to. */
const mostAnswers = 16;

/** Whether it is expected on a connection that is soon given up. */
export function fewAnswers(isExpected: (head: Head) => boolean = () => true): (head: Head) => boolean {
  let left = mostAnswers;
  return (head) => {
    if (head.depth === 0) left -= 1;
    return left >= 0 && isExpected(head);
  };
}

/** How many slots a cluster has. */
const slots = 16_384;

/**
 * What CLUSTER SLOTS and the login before it are answered with: ranges of slots, each with its nodes. ioredis goes through
 * every range slot by slot, so all of them together may have no more slots than there are.
 */
export function slotsAlone(): (head: Head) => boolean {
  let first = 0;
  let left = slots;
  const isLast = (last: number): boolean => {
    left -= Math.max(0, last - first + 1);
    return left >= 0;
  };
  return ({ sign, text, depth, at }) => {
    const number = sign === ':' && /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (depth === 0) {
      left = slots;
      return sign !== '$';
    }
    if (depth === 1 || (depth === 2 && at > 1)) return sign === '*';
    if (depth === 2 && at === 0) first = number;
    if (depth === 2) return number < slots && (at === 0 || isLast(number));
    return depth > 3 || at > 1 || (at === 0 ? sign === '$' : number < 65_536);
  };
}
