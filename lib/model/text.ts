/** What is said of text that `isText` refuses. */
export const NO_TEXT = "There is a sign in it that cannot be kept. Remove it.";

/**
 * Whether a string can be kept and shown as it is: without NUL, which other programs end text at, and without half of a
 * surrogate pair, which has no form in UTF-8.
 */
export function isText(value: string): boolean {
  return !value.includes("\0") && !/\p{Surrogate}/u.test(value);
}
