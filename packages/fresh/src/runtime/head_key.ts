/** The attribute by which elements of the head are found again by their key. */
export const HEAD_KEY = "data-key";
