import type { Op } from "./operation.ts";
import type { Problem } from "./problem.ts";

/** What a file of unsent work calls itself. */
export const UNSENT_FORMAT = "streamflow-unsent";

/** Version of the file's form. The server reads this one and all before it. */
export const UNSENT_VERSION = 1;

/** A change that the office had refused, or asked about, when the file was written: to be read, not to be taken in. */
export interface RefusedChange extends Pick<Op, "key" | "route" | "method"> {
  /** The op's payload. */
  payload: unknown;
  /** When it was made, by the device's clock, ISO 8601. */
  madeAt: string;
  /** Why it was refused. */
  problem: Pick<Problem, "code" | "title">;
}

/** What a device had not sent, as a person carries it to the office. */
export interface UnsentFile {
  /** `UNSENT_FORMAT`. */
  format: string;
  /** `UNSENT_VERSION` when it was written. */
  version: number;
  /** When it was written, by the device's clock, ISO 8601. */
  savedAt: string;
  /** Whose work it is. */
  user: { id: string; name: string };
  /** Where it was done. */
  org: { id: string; name: string };
  /** The queue's name, and the database's, whose share the seal is made from. */
  device: { id: string; vault: string };
  /** What no request has an answer for, strictly by seq: exactly what the device would send next. */
  ops: Op[];
  /** What was refused and nobody has settled. */
  refused: RefusedChange[];
  /** See `unsentText`. */
  seal: string;
}

/**
 * What the seal's key is derived with (HKDF's info), from the share that the database is sealed with: so only this device
 * and the server can make it.
 */
export function unsentInfo(
  { user, org }: Pick<UnsentFile, "user" | "org">,
): string {
  return `${UNSENT_FORMAT} ${org.id} ${user.id}`;
}

/**
 * The text whose HMAC-SHA-256 (hex) is the seal: whoever takes the file in knows that the phone wrote it, and that nobody
 * has written anything into it since.
 *
 * @param file members in the order in which the device wrote them, as `JSON.parse` keeps them
 */
export function unsentText(file: Omit<UnsentFile, "seal">): string {
  const { seal: _seal, ...sealed } = file as UnsentFile;
  return JSON.stringify(sealed);
}
