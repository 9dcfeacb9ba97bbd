/** Where a part of a document was written: in which file, and at which keys there. */
export interface Origin {
  readonly file: string;
  readonly keys: readonly string[];
}

interface Branch {
  origin?: Origin;
  readonly under: Map<string, Branch>;
}

/** Where the parts of a document come from that was put together of several files: all else is the file's own. */
export interface Origins {
  of(keys: readonly string[]): Origin;
  /** What is at these keys was written elsewhere, with all that is in it. */
  set(keys: readonly string[], origin: Origin): void;
  /** What is at these keys was copied from others of the document. */
  copy(keys: readonly string[], from: readonly string[]): void;
  /** What is at these keys is gone; in a list of that length, what followed it moves up. */
  remove(keys: readonly string[], length?: number): void;
}

/** @param file the document's own */
export function createOrigins(file: string): Origins {
  const root: Branch = { origin: { file, keys: [] }, under: new Map() };

  function branchAt(keys: readonly string[]): Branch | undefined {
    let branch: Branch | undefined = root;
    for (const key of keys) branch = branch?.under.get(key);
    return branch;
  }

  function graft(keys: readonly string[], branch: Branch): void {
    let parent = root;
    for (const key of keys.slice(0, -1)) {
      const next = parent.under.get(key) ?? { under: new Map() };
      parent.under.set(key, next);
      parent = next;
    }
    parent.under.set(keys.at(-1) ?? '', branch);
  }

  function of(keys: readonly string[]): Origin {
    let origin: Origin = { file, keys: [] };
    let branch: Branch | undefined = root;
    for (const key of keys) {
      branch = branch?.under.get(key);
      origin = branch?.origin ?? { file: origin.file, keys: [...origin.keys, key] };
    }
    return origin;
  }

  const copied = (keys: readonly string[]): Branch => ({ origin: of(keys), under: branchAt(keys)?.under ?? new Map() });

  return {
    of,
    set: (keys, origin) => graft(keys, { origin, under: new Map() }),
    copy: (keys, from) => graft(keys, structuredClone(copied(from))),
    remove(keys, length = 0) {
      const parent = keys.slice(0, -1);
      const index = Number(keys.at(-1));
      for (let at = index; at < length - 1; at += 1)
        graft([...parent, String(at)], copied([...parent, String(at + 1)]));
      branchAt(parent)?.under.delete(length === 0 ? (keys.at(-1) ?? '') : String(length - 1));
    },
  };
}
