import { baseName } from './command.ts';

/** What health checks are usually made of. */
export type Tool = 'curl' | 'wget' | 'a shell';

/** The images of which it is known what they lack. */
const known: readonly { readonly what: string; readonly pattern: RegExp; readonly lacks: readonly Tool[] }[] = [
  { what: 'an empty image', pattern: /^scratch$/, lacks: ['curl', 'wget', 'a shell'] },
  {
    what: 'a distroless image',
    pattern: /distroless\/(?!.*[:-]debug)|^cgr\.dev\/chainguard\/(?!.*-dev$)/,
    lacks: ['curl', 'wget', 'a shell'],
  },
  { what: "Probity's image", pattern: /(^|\/)probity(:|@|$)/, lacks: ['curl', 'wget', 'a shell'] },
  { what: 'a slim image', pattern: /[:-]slim(-|$)/, lacks: ['curl', 'wget'] },
  // Debian and Ubuntu themselves bring neither.
  { what: 'this image', pattern: /^(docker\.io\/)?(library\/)?(debian|ubuntu)(:|$)/, lacks: ['curl', 'wget'] },
  // The images of nginx, PHP and curl itself add it to Alpine, which brings busybox's wget.
  { what: 'an Alpine image', pattern: /^(?!.*(nginx|php|curl)).*([:-]alpine|(^|\/)alpine(:|$))/, lacks: ['curl'] },
  { what: 'this image', pattern: /^(docker\.io\/)?(library\/)?busybox(:|$)/, lacks: ['curl'] },
];

/** What kind of image lacks a tool; nothing when it has it, or when that is not known. */
export function lackingImage(image: string, tool: Tool): string | undefined {
  const [name = ''] = image.split('@');
  const found = known.find(({ pattern }) => pattern.test(name));
  return found?.lacks.includes(tool) ? found.what : undefined;
}

/** Whether an image is Probity's own, by its name. */
export const isProbityImage = (image: string): boolean => /^probity(:|@|$)/.test(baseName(image));
