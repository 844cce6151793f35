/** A module of its own, so that a page without signals does not load them. */
export { computed, signal } from "@preact/signals";
