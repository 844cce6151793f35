/**
 * What the comments begin with that tell the browser where islands and slots
 * are, on pages where nothing else contains it.
 */
export const MARK_KEY = "~";
