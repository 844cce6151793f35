import { exportUnsent } from "../../lib/offline/export_unsent.ts";
import type { Field } from "../../lib/offline/field.ts";

/** How long the browser may take to read what it downloads, milliseconds. */
const READ_MS = 60_000;

/**
 * Lets the browser save a file with what was not sent.
 *
 * @returns what to do with it, in words
 */
export async function saveUnsent(field: Field): Promise<string> {
  const { name, text } = await exportUnsent(field);
  const href = URL.createObjectURL(
    new Blob([text], { type: "application/json" }),
  );
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), READ_MS);
  return `The file ${name} is among this phone's downloads. Give it to the office: they take it in under Team. Nothing counts twice when this phone sends it too.`;
}
