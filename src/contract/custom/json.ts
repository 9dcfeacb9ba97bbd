const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Whether no object in a text of JSON has a key twice, and nothing is nested more deeply than that. */
export function isSound(text: string, deepest: number): boolean {
  /** The keys of the objects that are open; nothing for a list. */
  const open: (Set<string> | undefined)[] = [];
  let latest = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > deepest) return false;
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open.at(-1);
      const key = latest.includes('\\') ? (JSON.parse(latest) as string) : latest.slice(1, -1);
      if (keys?.has(key)) return false;
      keys?.add(key);
    }
    latest = token;
  }
  return true;
}
