/** A page for people. */
export interface Page {
  readonly html: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
}

export async function docsPage(): Promise<Page> {
  return { html: '<!doctype html>', policy: "default-src 'none'" };
}

export function dashboardPage(): Page {
  return { html: '<!doctype html>', policy: "default-src 'none'" };
}
