/** What is said of text that `isText` refuses. */
export const NO_TEXT = "Remove the sign that cannot be shown.";

/**
 * Whether a string can be kept and shown as it is: without NUL, which other programs end text at, and without half of a
 * surrogate pair, which has no form in UTF-8.
 */
export function isText(value: string): boolean {
  return !/[\0\p{Cs}]/u.test(value);
}
