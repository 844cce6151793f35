const REFUSALS: { [code: string]: string } = {
  "forbidden":
    "It is not yours any more. What you did is kept here: tell the office, then give it up.",
  "not-found":
    "The office deleted it. What you did is kept here: tell the office, then give it up.",
  "transition-refused": "The order is in another state now. Open it and look.",
  "dependency-rejected": "It builds on a change that was not accepted.",
  "idempotency-key-expired":
    "It is so old that the office cannot tell whether it had it. Open it and look: if it is there, give this up, else try again.",
  "idempotency-payload-mismatch":
    "The office has another change under its number. Open it and look, then try again or give it up.",
  "id-taken": "The office has it already. Open it and look, then give this up.",
  "unknown-operation":
    "This app is too old for it. Load the new version, then try again.",
};

/**
 * Why the office did not accept something, and what to do.
 *
 * @param record id of the record that a refused change was about: the office keeps what came too late in its history
 */
export function refusalWords(code: string, record?: string | null): string {
  if (code === "forbidden" && record) {
    const what = record.startsWith("lead_") ? "lead" : "order";
    return `This ${what} is now somebody else's: what you did was kept for the office, in its history. You can give it up here.`;
  }
  return REFUSALS[code] ??
    "The office did not accept it. Try again, or ask there.";
}

const IMPORT_REFUSALS: { [code: string]: string } = {
  "stale-entity":
    "Somebody changed it after the phone had last seen it. Compare, and enter what should stand.",
  "forbidden": "It is not theirs any more. Enter what should stand yourself.",
  "not-found": "It was deleted. What the phone has stands here.",
  "transition-refused": "The order is in another state. Look at it.",
  "dependency-rejected": "It builds on a change that was not taken in.",
  "idempotency-key-expired":
    "It came in or was refused more than 90 days ago. Look whether it is there.",
  "id-taken": "It is there already.",
};

/** Why a change of a file is not taken in, for the office. */
export function importedRefusalWords(code: string): string {
  return IMPORT_REFUSALS[code] ?? "It cannot be taken in as it is.";
}

const IMPORT_PICTURE_REFUSALS: { [code: string]: string } = {
  "forbidden":
    "The order is not theirs any more. Give it to them once more, then take the file in again.",
  "not-found": "The order was deleted.",
  "busy": "The office is busy. Take the file in again.",
};

/** Why a picture of a file is not taken in, for the office. */
export function importedPictureRefusalWords(code: string): string {
  return IMPORT_PICTURE_REFUSALS[code] ?? importedRefusalWords(code);
}
