import { isRefused, unsentBlobs } from "../../lib/offline/blobs.ts";
import { exportUnsent } from "../../lib/offline/export_unsent.ts";
import type { Field } from "../../lib/offline/field.ts";
import type { KeptBlob } from "../../lib/offline/schema.ts";

/** How long the browser may take to read what it downloads, milliseconds. */
const READ_MS = 60_000;

const counted = (count: number, what: string) =>
  `${count} ${what}${count === 1 ? "" : "s"}`;

/** What of the pictures the office does not have. */
export interface UnsentPictures {
  /** How many wait, in words; "": none. */
  words: string;
  /** Those that it did not take, and that nobody sends again. */
  refused: KeptBlob[];
}

/** Says how many pictures the office does not have, and which it did not take. */
export async function unsentPictures(field: Field): Promise<UnsentPictures> {
  const unsent = await unsentBlobs(field);
  const refused = unsent.filter(isRefused);
  const length = unsent.length - refused.length;
  return {
    refused,
    words: length === 0
      ? ""
      : length === 1
      ? "1 picture was not sent yet. It goes into the file too."
      : `${length} pictures were not sent yet. They go into the file too.`,
  };
}

/** Ids of the pictures that are in files already, where one file did not hold them all. */
const written = new WeakMap<Field, Set<string>>();

/**
 * Lets the browser save a file with what was not sent. Pictures for which it had no room are in the next one.
 *
 * @returns what to do with it, in words
 */
export async function saveUnsent(field: Field): Promise<string> {
  const before = written.get(field) ?? new Set();
  const saved = await exportUnsent(field, before);
  const { name, file, ops, refused, pictures, leftOut, left } = saved;
  if (left > 0) written.set(field, new Set([...before, ...pictures]));
  else written.delete(field);
  const href = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), READ_MS);
  const inIt = [
    ops > 0 && counted(ops, "change"),
    refused > 0 && `${counted(refused, "refused change")} to be read`,
    pictures.length > 0 && counted(pictures.length, "picture"),
  ].filter(Boolean).join(", ") || "nothing that the office does not have";
  return [
    `The file ${name} is among this phone's downloads. In it: ${inIt}.`,
    left > 0 &&
    `${counted(left, "picture")} did not fit: save again for the next file.`,
    leftOut > 0 &&
    `${counted(leftOut, "picture")} cannot go along: damaged or too large.`,
    "Give it to the office: they take it in under Team. Nothing counts twice when this phone sends it too.",
  ].filter(Boolean).join(" ");
}
