import { baseName } from './command.ts';

/** What health checks are usually made of. */
export type Tool = 'curl' | 'wget' | 'a shell';

/** What a shell does with the last command of `sh -c`; absent where it is not known which shell it is. */
export type System = 'distroless' | 'debian' | 'alpine';

interface Known {
  readonly what: string;
  readonly pattern: RegExp;
  readonly lacks: readonly Tool[];
  readonly system: System;
}

/** The official images, and the registries that mirror them under the same names. */
const official = String.raw`^(?:(?:docker\.io|index\.docker\.io|public\.ecr\.aws\/docker|mirror\.gcr\.io)\/)?(?:library\/)?`;
const named = (rest: string): RegExp => new RegExp(official + rest);

/**
 * The images of which it is known what they lack, by what their makers say or their Dockerfiles do: nothing is known of
 * any other one, whatever its tag is called.
 */
const known: readonly Known[] = [
  { what: 'an empty image', pattern: /^scratch$/, lacks: ['curl', 'wget', 'a shell'], system: 'distroless' },
  {
    what: 'a distroless image',
    pattern: /^gcr\.io\/distroless\/(?!.*[:-]debug)|^cgr\.dev\/chainguard\/(static|glibc-dynamic)(?!.*-dev$)/,
    lacks: ['curl', 'wget', 'a shell'],
    system: 'distroless',
  },
  {
    what: "Probity's image",
    pattern: /(^|\/)probity(:|$)/,
    lacks: ['curl', 'wget', 'a shell'],
    system: 'distroless',
  },
  {
    what: 'a slim image',
    pattern: named('(node|python|debian):(.*-)?slim$|(node|python):.*-slim-\\w+$|(node|python):slim-\\w+$'),
    lacks: ['curl', 'wget'],
    system: 'debian',
  },
  {
    what: 'an Alpine image',
    pattern: named('((node|python):(.*-)?alpine[\\d.]*|alpine(:.*)?)$'),
    lacks: ['curl'],
    system: 'alpine',
  },
  // Debian and Ubuntu themselves bring neither.
  { what: 'this image', pattern: named('(debian|ubuntu)(:|$)'), lacks: ['curl', 'wget'], system: 'debian' },
  { what: 'this image', pattern: named('busybox(:|$)'), lacks: ['curl'], system: 'alpine' },
  { what: 'this image', pattern: named('(node|python)(:(?!.*(alpine|windows)).*)?$'), lacks: [], system: 'debian' },
];

const find = (image: string): Known | undefined => {
  const [name = ''] = image.split('@');
  return known.find(({ pattern }) => pattern.test(name));
};

/** What kind of image lacks a tool; nothing when it has it, or when that is not known. */
export function lackingImage(image: string, tool: Tool): string | undefined {
  const found = find(image);
  return found?.lacks.includes(tool) ? found.what : undefined;
}

/** What an image is made of; absent where it is not known. */
export const systemOf = (image: string): System | undefined => find(image)?.system;

/** Whether an image is Probity's own, by its name. */
export const isProbityImage = (image: string): boolean => /^probity(:|@|$)/.test(baseName(image));
