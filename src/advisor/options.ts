/** The short options of a program that have a value behind them, and the long ones. */
export interface Syntax {
  readonly short: string;
  readonly long: readonly string[];
}

export interface Arguments {
  /** By name, without dashes; several of a name are one after the other. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** What is no option. */
  readonly operands: readonly string[];
}

/** What a program is told, read as `getopt_long` does: `-sfo FILE`, `-oFILE`, `--max-time 5`, `--timeout=5`. */
export function argumentsOf(words: readonly string[], { short, long }: Syntax): Arguments {
  const options = new Map<string, string[]>();
  const operands: string[] = [];
  const rest = [...words];
  const add = (name: string, value: string): unknown => options.set(name, [...(options.get(name) ?? []), value]);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') operands.push(...rest.splice(0));
    else if (word.startsWith('--')) {
      const [name = '', ...value] = word.slice(2).split('=');
      add(name, value.length > 0 ? value.join('=') : long.includes(name) ? (rest.shift() ?? '') : '');
    } else if (/^-./.test(word)) {
      const letters = [...word.slice(1)];
      const valued = letters.findIndex((letter) => short.includes(letter));
      for (const letter of valued === -1 ? letters : letters.slice(0, valued)) add(letter, '');
      if (valued === -1) continue;
      const joined = letters.slice(valued + 1).join('');
      add(letters[valued] ?? '', joined === '' ? (rest.shift() ?? '') : joined);
    } else operands.push(word);
  }
  return { options, operands };
}

/** The options of curl that have a value and are met in health checks. https://curl.se/docs/manpage.html */
export const curlSyntax: Syntax = {
  short: 'AbcCdDeEFhHKmoPQrTtuUwxXyYz',
  long: [
    ...['max-time', 'connect-timeout', 'output', 'write-out', 'request', 'header', 'data', 'user', 'url', 'proxy'],
    ...['retry', 'retry-delay', 'retry-max-time', 'unix-socket', 'abstract-unix-socket', 'resolve', 'connect-to'],
    ...['cacert', 'cert', 'key', 'user-agent', 'cookie', 'noproxy', 'interface', 'data-raw', 'oauth2-bearer'],
  ],
};

/** Those of GNU wget and of busybox's. */
export const wgetSyntax: Syntax = {
  short: 'OoaTtUPYe',
  long: ['output-document', 'output-file', 'timeout', 'tries', 'header', 'user-agent', 'post-data', 'user', 'password'],
};

export const probitySyntax: Syntax = { short: '', long: ['timeout', 'token'] };
