import type { Document } from 'yaml';
import { isTooDeep } from '../base/nesting.ts';
import { ConfigError } from './error.ts';
import { interpolate } from './interpolate.ts';
import { locator } from './locate.ts';
import { shownPath } from './show.ts';
import type { Path, Source } from './source.ts';
import { syntaxMistake } from './syntax.ts';

type Yaml = typeof import('yaml');
type Variables = ReadonlyMap<unknown, readonly string[]>;
/** Where the character at an offset stands: `probity.yaml:4:15`. */
type PlaceOf = (offset: number | undefined) => string;

/**
 * Configuration in YAML 1.2 (or JSON), with `${NAME}` in its values. A value is put in after the text was parsed, so it
 * cannot change the structure; no tag, include or merge key is known.
 *
 * @throws ConfigError for the first mistake of syntax, or an environment variable that is not set.
 */
export async function yamlSource(text: string, file: string, env: NodeJS.ProcessEnv): Promise<Source> {
  const yaml = await import('yaml');
  if (isTooDeep(text, new yaml.Lexer())) throw new ConfigError(file, 'nested too deeply, or too many aliases');
  const lines = new yaml.LineCounter();
  const placeOf: PlaceOf = (offset = 0) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    merge: false,
    logLevel: 'error',
  });
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake !== undefined) throw new ConfigError(placeOf(mistake.pos[0]), syntaxMistake(mistake));
  if (document.contents === null)
    throw new ConfigError(file, 'expected configuration, got an empty file; `{}` means the defaults');
  return sourceOf(yaml, document, env, placeOf, file);
}

function sourceOf(yaml: Yaml, document: Document, env: NodeJS.ProcessEnv, placeOf: PlaceOf, file: string): Source {
  const { variables, content } = bounded(file, () => ({
    variables: interpolateAll(yaml, document, env, placeOf),
    content: document.toJS(),
  }));
  const locate = locator(document, yaml);
  const variablesAt = (path: Path): readonly string[] => variables.get(locate.at(path)) ?? [];
  const place = (path: Path, key?: string): string => {
    const node = (key === undefined ? undefined : locate.key(path, key)) ?? locate.nearest(path);
    const from = variablesAt(path).map((name) => `\${${name}}`);
    const words = [shownPath(path), from.length > 0 && `(from ${from.join(', ')})`].filter(Boolean).join(' ');
    return [placeOf(node?.range?.[0]), words].filter(Boolean).join(': ');
  };
  return { content, place, variables: variablesAt };
}

/** Puts the environment into every value; which variables went into which. */
function interpolateAll(yaml: Yaml, document: Document, env: NodeJS.ProcessEnv, placeOf: PlaceOf): Variables {
  const variables = new Map<unknown, readonly string[]>();
  yaml.visit(document, {
    Scalar(key, node) {
      const place = placeOf(node.range?.[0]);
      if (key === 'key' && node.value === '__proto__') throw new ConfigError(place, 'unknown key `__proto__`');
      if (key === 'key' || typeof node.value !== 'string') return;
      const interpolated = interpolate(node.value, env, place);
      if (interpolated.variables.length > 0) variables.set(node, interpolated.variables);
      node.value = interpolated.text;
    },
    Alias(_, node, ancestors) {
      const target = node.resolve(document);
      const place = placeOf(node.range?.[0]);
      if (target === undefined) throw new ConfigError(place, 'an alias needs an anchor before it');
      if (ancestors.some((ancestor) => ancestor === target))
        throw new ConfigError(place, 'an alias cannot stand inside its own anchor');
    },
  });
  return variables;
}

/** The parser refuses aliases that multiply, and deep nesting exhausts the stack. */
function bounded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(file, 'nested too deeply, or too many aliases');
  }
}
