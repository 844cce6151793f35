import type { VNode } from "preact";
import { MARK_KEY } from "../marks.ts";
import { comment } from "./comment.ts";

/** Stands before every mark until the page is rendered; nobody else can write it. */
const SECRET = crypto.randomUUID();

/** A comment for the browser's part of the package. */
export function mark(text: string): VNode {
  return comment(SECRET + text);
}

/** A page whose marks the browser tells from comments in the HTML of others. */
export interface MarkedPage {
  /** What the marks begin with. */
  readonly key: string;
  readonly html: string;
  readonly slots: string;
}

/**
 * Gives the marks their final beginning. HTML that an app shows as it is can
 * contain any comment: the beginning is one that the page has nowhere.
 */
export function finishMarks(html: string, slots: string): MarkedPage {
  let key = MARK_KEY;
  for (let i = 0; html.includes(key) || slots.includes(key); i++) {
    key = `${MARK_KEY}${i}${MARK_KEY}`;
  }
  return {
    key,
    html: html.replaceAll(SECRET, key),
    slots: slots.replaceAll(SECRET, key),
  };
}
