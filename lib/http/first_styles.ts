import { securityPolicy } from "./security_headers.ts";
import type { Deps } from "./state.ts";

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

/** Styles that stand in a document, and what lets them. */
export interface FirstStyles {
  /** As they stand in the document. */
  readonly text: string;
  /** Content security policy of every answer: it names this very text by its hash. */
  readonly policy: string;
}

/**
 * Reads the styles of the first pages.
 *
 * @returns null: there is no build that made them, and the pages link the stylesheet
 */
export async function readFirstStyles(): Promise<FirstStyles | null> {
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
  const hash = new Uint8Array(digest).toBase64();
  return { text, policy: securityPolicy([`'sha256-${hash}'`]) };
}

/**
 * The styles that a page carries in its document; null where it has none, and while the app is developed, when a build
 * may be older than its sources.
 *
 * @param route the pattern of the page's route
 */
export function stylesOf(
  { firstStyles }: Pick<Deps, "firstStyles">,
  route: string | null,
  mode: "development" | "production",
): string | null {
  return mode === "production" && route !== null &&
      Object.hasOwn(FIRST_PAGES, route)
    ? firstStyles?.text ?? null
    : null;
}
