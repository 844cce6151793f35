import type { TargetedSubmitEvent } from "preact";

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
