import type { ComponentChildren, VNode } from "preact";
import { renderToStringAsync } from "preact-render-to-string";

/** Whether rendering stopped at a component that has yet to be loaded. */
export function isSuspension(error: unknown): boolean {
  return error instanceof Error &&
    error.message.includes("renderToStringAsync");
}

/**
 * Waits until all lazy components of a page are loaded. What is rendered
 * meanwhile is thrown away: the page is rendered again in one go, so that no
 * other page comes in between.
 */
export async function loadLazyComponents(
  ...parts: ComponentChildren[]
): Promise<void> {
  for (const part of parts) await renderToStringAsync(part as VNode);
}
