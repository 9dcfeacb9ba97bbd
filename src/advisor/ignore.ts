/** What a comment says is not to be judged. */
export interface Ignore {
  readonly rule: string;
  /** Why, for people. */
  readonly why: string;
  /** The line that it is about, from 1. */
  readonly line: number;
}

/** A rule that is ignored without a reason, or that there is not. */
export interface BadIgnore {
  readonly line: number;
  readonly problem: string;
}

const comment = /#\s*probity-lint-ignore\b[ \t]*([\w-]*)[ \t]*(.*?)\s*$/;

/**
 * `# probity-lint-ignore RULE why`: behind what it is about, or in a line of its own before it. Without a reason it counts
 * for nothing: who reads it later has to know whether it still holds.
 */
export function ignoresIn(text: string, rules: readonly string[]): { ignores: Ignore[]; bad: BadIgnore[] } {
  const lines = text.split(/\r?\n/);
  const ignores: Ignore[] = [];
  const bad: BadIgnore[] = [];
  lines.forEach((content, index) => {
    const [, rule = '', why = ''] = comment.exec(content) ?? [];
    if (!comment.test(content)) return;
    const line = isComment(content) ? nextLine(lines, index) : index + 1;
    if (!rules.includes(rule)) bad.push({ line: index + 1, problem: `no rule is named ${rule || 'there'}` });
    else if (why === '') bad.push({ line: index + 1, problem: `expected the reason behind ${rule}` });
    else ignores.push({ rule, why, line });
  });
  return { ignores, bad };
}

const isComment = (content: string): boolean => /^\s*#/.test(content);

/** Several comments may stand before what they are about. */
function nextLine(lines: readonly string[], index: number): number {
  const next = lines.findIndex((content, other) => other > index && !isComment(content) && content.trim() !== '');
  return next === -1 ? index + 1 : next + 1;
}
