/**
 * The pages that somebody's phone may open before any other, by the pattern of their route, and the modules that draw them. They
 * carry the styles that they need in their own document: a stylesheet of its own would keep them blank for one more
 * round trip.
 */
export const FIRST_PAGES: Readonly<Record<string, string>> = {
  "/login": "routes/login.tsx",
  "/signup": "routes/signup.tsx",
  "/invite/:token": "routes/invite/[token].tsx",
};

/** Where the build puts those styles. */
export const FIRST_STYLES_FILE: URL = new URL(
  "../../_fresh/first_styles.css",
  import.meta.url,
);

/** Styles that stand in a document. */
export interface InlineStyles {
  /** As they stand in the document. */
  readonly text: string;
  /** Names this very text in a policy (CSP level 3, section 2.3.1, `hash-source`). */
  readonly source: string;
}

async function readStyles(): Promise<InlineStyles | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(FIRST_STYLES_FILE);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  return { text, source: `'sha256-${new Uint8Array(digest).toBase64()}'` };
}

const styles = await readStyles();

/** Where styles may come from, besides the app's own files: nowhere, or this text. */
export const INLINE_STYLE_SOURCES: readonly string[] = styles
  ? [styles.source]
  : [];

/**
 * The styles that a page carries in its document; null where it has none, and while the app is developed, when a build
 * may be older than its sources.
 *
 * @param route the pattern of the page's route
 */
export function firstStylesOf(
  route: string | null,
  mode: "development" | "production",
): string | null {
  return mode === "production" && route !== null &&
      Object.hasOwn(FIRST_PAGES, route)
    ? styles?.text ?? null
    : null;
}
