import { isObject } from '../base/is-object.ts';
import type { Path, Source } from './source.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Whose keys are settings of their own; everywhere else a source says all or nothing. */
const sections: readonly string[] = ['access', 'management', 'fleet', 'shutdown', 'log', 'simulation'];

/** One source laid over another one, key by key: each value, and its place, is that of the source that it comes from. */
export function laidOver(over: Source, under: Source): Source {
  if (!isObject(over.content) || !isObject(under.content)) return isObject(over.content) ? under : over;
  const above = spelledOut(over.content, under.content);
  const below = spelledOut(under.content, over.content);
  const joint = sections.flatMap((name) => {
    const [one, other] = [above[name], below[name]];
    return isObject(one) && isObject(other) ? [[name, { ...other, ...one }]] : [];
  });
  const from = (path: Path): Source => (holds(above, path.slice(0, 2)) ? over : under);
  return {
    content: { ...below, ...above, ...Object.fromEntries(joint) },
    place: (path, key) => from(key === undefined ? path : [...path, key]).place(path, key),
    variables: (path) => from(path).variables(path),
  };
}

/** `simulation: true` is short for `simulation: { enabled: true }`, which the other source may say more of. */
function spelledOut(content: Mapping, other: Mapping): Mapping {
  const { simulation } = content;
  const isShort = simulation !== undefined && !isObject(simulation) && isObject(other.simulation);
  return isShort ? { ...content, simulation: { enabled: simulation } } : content;
}

function holds(content: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return isObject(content) && Object.hasOwn(content, key) && (!sections.includes(key) || holds(content[key], rest));
}
