import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";

/** What does not fit on a page: it scrolls sideways, text is cut off, or two things that are pressed lie on each other. */
async function misfitsOf(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const words = (element: Element) =>
      `${element.outerHTML.replace(/<svg.*?<\/svg>/gs, "").slice(0, 90)} “${
        element.textContent?.trim().slice(0, 40)
      }”`;
    const { clientWidth, scrollWidth } = document.documentElement;
    const width = Math.min(clientWidth, screen.width);
    if (scrollWidth > width) {
      const widest = [...document.querySelectorAll("body *")].filter((one) =>
        one.getBoundingClientRect().right > width + 1
      ).slice(0, 3);
      found.push(`scrolls sideways, ${scrollWidth}: ${widest.map(words)}`);
    }
    const walker = document.createTreeWalker(document.body, 4);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const parent = text.parentElement;
      if (!parent || !text.textContent?.trim()) continue;
      if (!parent.checkVisibility({ visibilityProperty: true })) continue;
      // For screen readers only; drawings, which grow with their box; and the second line of a field screen's title: it is
      // one line, so that nothing moves under the finger when the sync pill beside it changes.
      if (
        parent.closest(
          ".vh, .skip, svg, option, textarea, noscript, .print-only, [data-space=client] .top-title p",
        )
      ) {
        continue;
      }
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      for (
        let around: Element | null = parent;
        around && around !== document.documentElement;
        around = around.parentElement
      ) {
        const { overflowX, overflowY, position } = getComputedStyle(around);
        const edge = around.getBoundingClientRect();
        const cuts = (overflow: string) => /hidden|clip/.test(overflow);
        if (
          cuts(overflowX) &&
            (box.right > edge.right + 2 || box.left < edge.left - 2) ||
          cuts(overflowY) &&
            (box.bottom > edge.bottom + 2 || box.top < edge.top - 2)
        ) {
          found.push(`cut off: ${words(parent)}`);
          break;
        }
        // What scrolls in a box of its own can be reached.
        if (/auto|scroll/.test(overflowX) || position === "fixed") break;
      }
      const control = parent.closest("button, .btn, .chip, .nav a");
      if (control) {
        const edge = control.getBoundingClientRect();
        if (
          box.left < edge.left - 2 || box.right > edge.right + 2 ||
          box.top < edge.top - 3 || box.bottom > edge.bottom + 3
        ) found.push(`runs out of its button: ${words(control)}`);
      }
    }
    return [...new Set(found)];
  });
}

/** How long a list may take to measure its rows anew, milliseconds. */
const MEASURING_MS = 3000;

/** Checks that everything fits, as soon as lists have measured their rows. @param when in words, for the message */
export async function checkFits(page: Page, when = ""): Promise<void> {
  let misfits: string[] = [];
  await eventually("everything fits", async () => {
    misfits = await misfitsOf(page);
    return misfits.length === 0;
  }, MEASURING_MS).catch(() => {});
  assert.deepEqual(misfits, [], `${page.url()} ${when}`);
}
