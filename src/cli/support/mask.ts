/**
 * A shorter secret stands in many words by chance: masking it would tell its letters rather than hide them. Where it
 * stands in a URL's user info it is masked with that.
 */
const shortest = 4;

const mask = '***';

/** Everything that a line of JSON says, in whatever depth: strings, numbers and words. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g;

/** `{"level":"info","time":"…"`: what every line begins with is the log's own. */
const beginning = /^\{"level":"[a-z]+","time":"[^"]*"/;

/** Takes every secret out of a line of JSON, which stays JSON, wherever the secret stands: in keys, values and stacks. */
export function createMask(secrets: readonly string[]): (line: string) => string {
  const long = secrets
    .filter((secret) => secret.length >= shortest)
    .toSorted((one, other) => other.length - one.length);
  if (long.length === 0) return (line) => line;
  const any = new RegExp(`(?:${long.map(escaped).join('|')})+`, 'g');
  const masked = (token: string): string => {
    const text = token.startsWith('"') ? (JSON.parse(token) as string) : token;
    const without = text.replace(any, mask);
    return without === text ? token : JSON.stringify(without);
  };
  return (line) => {
    const [own = ''] = beginning.exec(line) ?? [];
    return own + line.slice(own.length).replace(tokens, masked);
  };
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
