import { usualProbe } from '../base/usual-probe.ts';
import { bare, type Command, programOf, runsProbity } from './command.ts';
import { type Arguments, argumentsOf, curlSyntax, probitySyntax, wgetSyntax } from './options.ts';
import { type Step, substitution } from './shell.ts';
import type { Place } from './yaml-place.ts';

/** What a probe asks over HTTP. */
export interface Question {
  readonly place: Place;
  readonly path: string;
  /** Absent where it cannot be told, as with a variable. */
  readonly port?: { readonly value: string | number; readonly place: Place };
  /** The name by which a command calls its own container: `localhost`, `127.0.0.1`. */
  readonly hostname?: string;
  /** What makes it ask another one than the container itself over plain HTTP. */
  readonly scheme?: Place;
  readonly host?: Place;
}

/** What a command asks of its own container, step by step; nothing where that cannot be told. */
export const questionsIn = ({ steps, place }: Command): Question[] =>
  steps.flatMap((step) => {
    if (runsProbity(step.words, 'check')) return checkOf(step, place);
    const url = urlIn(step);
    return (url === undefined ? undefined : questionOf(url, place)) ?? [];
  });

/** A check that is not told finds the service's port by itself. */
function checkOf({ words }: Step, place: Place): Question | [] {
  const { operands } = argumentsOf(words.slice(words.lastIndexOf('check') + 1), probitySyntax);
  const [url] = operands;
  if (url === undefined) return { place, path: usualProbe };
  const question = questionOf(url, place);
  if (question === undefined) return [];
  return { ...question, path: question.path === '/' ? usualProbe : question.path };
}

/** The URL that a step asks, with a scheme. */
function urlIn(step: Step): string | undefined {
  const words = bare(step.words).slice(1);
  const program = programOf(step);
  if (program === 'curl') return curlUrl(argumentsOf(words, curlSyntax));
  if (program === 'wget') return withScheme(argumentsOf(words, wgetSyntax).operands[0]);
  return isInterpreter(program) ? urlInScript(scriptIn(words)) : undefined;
}

/** Behind a proxy or a socket it is another address that is asked. */
function curlUrl({ options, operands }: Arguments): string | undefined {
  if (['unix-socket', 'abstract-unix-socket', 'resolve', 'connect-to', 'x', 'proxy'].some((name) => options.has(name)))
    return undefined;
  return withScheme(options.get('url')?.[0] ?? operands[0]);
}

/** curl and wget take http where no scheme is written. */
const withScheme = (url: string | undefined): string | undefined =>
  url === undefined || /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`;

const isInterpreter = (program: string): boolean => /^(node|nodejs|bun|deno|python3?|ruby|perl|php)$/.test(program);

/** The program text behind `-e`, `-c`, `-r` or `eval`. */
export function scriptIn(words: readonly string[]): string | undefined {
  const flag = words.findIndex((word) => /^(-[a-z]*[ecpr]|--eval|--print|eval)$/.test(word));
  return flag === -1 ? undefined : words[flag + 1];
}

/** A URL as it stands there, or the options of `http.get({ host, port, path })`. */
function urlInScript(script: string | undefined): string | undefined {
  // What something is added to is a part of a URL.
  const [url] = /\bhttps?:\/\/[^'"`\s]+(?=['"`](?!\s*\+))/.exec(script ?? '') ?? [];
  if (script === undefined || url !== undefined) return url;
  const [, options] = /\bhttp\.(?:get|request)\(\s*\{([^}]*)\}/.exec(script) ?? [];
  if (options === undefined) return undefined;
  const value = (name: string): string | undefined =>
    new RegExp(`\\b${name}\\s*:\\s*(?:'([^']*)'|"([^"]*)"|(\\d+))`).exec(options)?.slice(1).find(Boolean);
  const port = value('port');
  const path = /\bpath\s*:/.test(options) ? value('path') : '/';
  const host = value('hostname') ?? value('host') ?? (/\bhost(name)?\s*:/.test(options) ? undefined : 'localhost');
  return port === undefined || path === undefined || host === undefined ? undefined : `http://${host}:${port}${path}`;
}

/** A port that is a variable is not known, and all the others are. */
const variablePort = /(?<=^https?:\/\/[^/$]+):(\$\{[^}]*\}|\$\w+)(?=[/?#]|$)/;

function questionOf(written: string, place: Place): Question | undefined {
  const text = written.includes(substitution) ? written : written.replace(variablePort, '');
  const url = text.includes('$') ? null : URL.parse(text);
  if (url === null || !isHere(url.hostname)) return undefined;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return {
    place,
    path: url.pathname,
    hostname: url.hostname,
    ...(text === written ? { port: { value: port, place } } : {}),
  };
}

const isHere = (host: string): boolean =>
  host === 'localhost' || host === '0.0.0.0' || host === '[::1]' || host.startsWith('127.');
