import type { TargetedSubmitEvent } from "preact";

// The second tap of a double tap would press what has just taken the place of the first: Go on after Break.
globalThis.document?.addEventListener("click", (event) => {
  const { detail, target } = event;
  if (detail > 1 && (target as Element).closest("main :is(a, button)")) {
    event.preventDefault();
  }
}, true);

globalThis.document?.addEventListener(
  "focusin",
  () => import("./keep_focus.ts"),
  { once: true },
);

/** The values that a form would send, with the pressed button's; and keeps the browser from sending it. */
export function takeForm(
  event: TargetedSubmitEvent<HTMLFormElement>,
): FormData {
  event.preventDefault();
  return new FormData(event.currentTarget, event.submitter);
}

/** The text of a form's field, or null where the form has none. */
export function textOf(form: FormData, name: string): string | null {
  const value = form.get(name);
  return typeof value === "string" ? value : null;
}

/** Said when the device's storage did not take what a person just did: nothing may look saved that is not. */
export const NOT_SAVED =
  "NOT saved: this phone's storage is full or does not answer. Free some space, then press again.";
