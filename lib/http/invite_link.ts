import type { RequestContext } from "./state.ts";

/** A one-time link, to be shown once. */
export interface ShownLink {
  /** Who is invited. */
  name: string;
  /** Holds the secret. */
  url: string;
}

/** The one-time link of an invitation, at the instance's public address. */
export function linkOf(
  ctx: RequestContext,
  name: string,
  secret: string,
): ShownLink {
  const here = ctx.state.deps.publicUrl ?? ctx.url;
  return { name, url: new URL(`/invite/${secret}`, here).href };
}
