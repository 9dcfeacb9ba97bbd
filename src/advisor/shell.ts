import { type ParseEntry, parse } from 'shell-quote';

/** What joins a command to the one before it: `''` for the first one. */
export type Joint = '' | '&&' | '||' | ';' | '|' | '&';

/** One command of a line, without assignments before it and redirections behind it. */
export interface Step {
  readonly words: readonly string[];
  readonly joint: Joint;
  /** Whether another command has what it prints: through a pipe, or by `$(…)`. */
  readonly isRead: boolean;
  /** Whether `if` or `while` decide by its status. */
  readonly isCondition: boolean;
}

/** A line of a shell. */
export interface Line {
  readonly steps: readonly Step[];
  /** Whether it is nothing but commands one after the other, so that its status can be told from theirs. */
  readonly isPlain: boolean;
}

/** What a parser of words does not know: ends of lines, backticks, and whether a 2 stands before a `>`. */
const beyondWords =
  /"(?:\\.|[^"\\])*"|'[^']*'|\\\n|\\.|`([^`]*)`|(?:(?<=^|\s)\d)?(?:&>>?|>>?[&|]?)\s*[^\s;&|<>()]+|(?<=^|\s)#[^\n]*|\n/g;

/** A line whose quotes, ends and redirections mean to `parse` what they mean to a shell. */
const prepared = (line: string): string =>
  line.trim().replace(beyondWords, (found: string, substituted?: string) => {
    if (substituted !== undefined) return `$(${substituted})`;
    if (found === '\n') return ' ; ';
    if (found === '\\\n' || found.startsWith('#') || /^\d?&?>/.test(found)) return ' ';
    return found;
  });

/** A variable stays what it is, as nobody knows its value: `${NAME}`; and `$(…)` begins with `${}`. */
const unevaluated = (name: string): string => `\${${name}}`;

/** What is left of `$(…)` in the word that it is a part of. */
export const substitution: string = unevaluated('');

const conditions = ['if', 'elif', 'while', 'until'];
const reserved = [...conditions, 'then', 'else', 'fi', 'do', 'done', 'for', 'case', 'esac', 'in', 'function'];
const openers = ['{', '}', '!', 'then', 'else', 'do', ...conditions];

/** What makes the status of a line depend on more than its commands. */
const isStructure = (word: string): boolean => [...reserved, '{', '}', '!', 'trap', 'set'].includes(word);

const isAssignment = (word: string): boolean => /^\w+=/.test(word);

interface Open {
  readonly words: string[];
  readonly joint: Joint;
  readonly isSubstitution: boolean;
}

/** The commands of a line, with those in `(…)` and `$(…)`; nothing is evaluated. */
export function parseLine(line: string): Line {
  const entries = parse(prepared(line), unevaluated);
  const steps: Step[] = [];
  const outer: Open[] = [];
  let open: Open = { words: [], joint: '', isSubstitution: false };
  let isPlain = true;
  const close = (isRead: boolean): void => {
    const { step, nested, hasStructure } = stepOf(open, isRead);
    steps.push(...nested, ...(step === undefined ? [] : [step]));
    isPlain &&= nested.length === 0 && !hasStructure;
  };
  for (const entry of entries) {
    const operator = operatorOf(entry);
    if (operator === undefined) open.words.push(wordOf(entry));
    else if (operator === '(') {
      isPlain = false;
      outer.push(open);
      const isSubstitution = open.words.at(-1)?.endsWith(substitution) === true;
      open = { words: [], joint: isSubstitution ? '' : open.joint, isSubstitution };
    } else if (operator === ')') {
      close(open.isSubstitution);
      open = outer.pop() ?? { words: [], joint: ';', isSubstitution: false };
    } else {
      if (operator === '&') isPlain = false;
      close(operator === '|' || open.isSubstitution);
      open = { words: [], joint: operator, isSubstitution: open.isSubstitution };
    }
  }
  close(open.isSubstitution);
  return { steps, isPlain };
}

/** The words of a line that compose splits itself, for no shell to read: it stops at what it takes for one's syntax. */
export function splitWords(line: string): string[] {
  const words = parse(line, unevaluated).map((entry) => (operatorOf(entry) === undefined ? wordOf(entry) : undefined));
  const end = words.indexOf(undefined);
  return words.slice(0, end === -1 ? undefined : end).filter((word) => word !== undefined);
}

const joints: Readonly<Record<string, Joint>> = { ';;': ';', '|&': '|', '<': ';' };

/** What joins commands; absent for a word. */
function operatorOf(entry: ParseEntry): Joint | '(' | ')' | undefined {
  if (typeof entry === 'string' || !('op' in entry) || entry.op === 'glob') return undefined;
  return (joints[entry.op] ?? entry.op) as Joint | '(' | ')';
}

const wordOf = (entry: ParseEntry): string =>
  typeof entry === 'string' ? entry : 'pattern' in entry ? entry.pattern : '';

/** The step itself, and those of a `$(…)` in quotes, which is a part of a word. */
function stepOf({ words, joint }: Open, isRead: boolean): { step?: Step; nested: Step[]; hasStructure: boolean } {
  const nested = words.flatMap((word) => {
    const [, inner] = /\$\{\}\((.*)\)/s.exec(word) ?? [];
    return inner === undefined ? [] : parseLine(inner).steps.map((step) => ({ ...step, isRead: true }));
  });
  const start = words.findIndex((word) => !openers.includes(word) && !isAssignment(word));
  const own = start === -1 ? [] : words.slice(start);
  const before = words.slice(0, start === -1 ? words.length : start);
  const hasStructure =
    words.slice(0, before.length + 1).some(isStructure) || words.some((word) => word.includes(substitution));
  if (own[0] === undefined || reserved.includes(own[0])) return { nested, hasStructure };
  const isCondition = before.some((word) => conditions.includes(word));
  return { step: { words: own, joint, isRead, isCondition }, nested, hasStructure };
}
