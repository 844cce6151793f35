import type { BlobAbout } from "./blob.ts";
import type { Op } from "./operation.ts";
import type { Problem } from "./problem.ts";

/** What a file of unsent work calls itself. */
export const UNSENT_FORMAT = "streamflow-unsent";

/** Version of the file's form. The server reads this one and all before it. 2: photos and signatures go along. */
export const UNSENT_VERSION = 2;

/** The most bytes of a file, about 12 MB of pictures. A phone that has more writes several files. */
export const MAX_UNSENT_BYTES: number = 16 * 1024 * 1024;

/** A change that the office had refused, or asked about, when the file was written: to be read, not to be taken in. */
export interface RefusedChange extends Pick<Op, "key" | "route" | "method"> {
  /** The op's payload. */
  payload: unknown;
  /** When it was made, by the device's clock, ISO 8601. */
  madeAt: string;
  /** Why it was refused. */
  problem: Pick<Problem, "code" | "title">;
}

/** A photo or signature that the server did not have all of when the file was written. Its bytes stand in `bytes`. */
export interface UnsentPicture {
  /** The work order that it is of. */
  order: string;
  /** SHA-256 (base64url) of its bytes. */
  hash: string;
  /** What the server is told before the bytes. */
  about: BlobAbout;
  /** When it was kept, by the device's clock, ISO 8601. */
  madeAt: string;
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
  /** What is in this file of the pictures that were not sent; absent in version 1. */
  pictures?: UnsentPicture[];
  /** See `unsentText`. */
  seal: string;
  /** The pictures' bytes (base64) by their hash; the last member, absent without pictures. See `splitUnsent`. */
  bytes?: Record<string, string>;
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
 * has written anything into it since. Of pictures it holds the hashes, so that bytes that came to harm are told from it
 * picture by picture.
 *
 * @param file members in the order in which the device wrote them, as `JSON.parse` keeps them
 */
export function unsentText(file: Omit<UnsentFile, "seal">): string {
  const { seal: _seal, bytes: _bytes, ...sealed } = file as UnsentFile;
  return JSON.stringify(sealed);
}

/** Where the pictures' bytes begin, in JSON that is indented by two. No text in it can hold this: it has no bare newlines. */
const BYTES_BEGIN = /,\r?\n {2}"bytes": \{\r?\n/;

/** One picture's bytes: their hash, and where the base64 begins. */
const BYTES_LINE = /^\s*"([\w-]{43})": "/;

/**
 * The text of a file in parts, so that a phone never holds all of it at once: together they are the whole file as JSON,
 * indented for people.
 *
 * @param file all but the pictures' bytes
 * @param pictures per picture its hash, and its bytes in base64 in any kind of part
 */
export function unsentParts<T>(
  file: Omit<UnsentFile, "bytes">,
  pictures: readonly [hash: string, base64: T][],
): (string | T)[] {
  const head = JSON.stringify(file, null, 2);
  if (pictures.length === 0) return [head, "\n"];
  return [
    head.slice(0, -2),
    ',\n  "bytes": {',
    ...pictures.flatMap(([hash, base64], i) => [
      `${i > 0 ? "," : ""}\n    "${hash}": "`,
      base64,
      '"',
    ]),
    "\n  }\n}\n",
  ];
}

/**
 * Splits the text of a file in what its seal is about and the pictures' bytes. It goes by lines, so that a file that was cut
 * off, or damaged in one picture, still gives everything else.
 *
 * @param text not trusted
 * @returns `head` is not trusted either; `bytes` is base64 by hash, as far as it is there
 * @throws {SyntaxError} where there is no JSON
 */
export function splitUnsent(
  text: string,
): { head: unknown; bytes: ReadonlyMap<string, string> } {
  const begin = BYTES_BEGIN.exec(text);
  if (begin === null) {
    // A program may have written it anew, on one line or with other spaces.
    const { bytes, ...head } = Object(JSON.parse(text)) as Partial<UnsentFile>;
    const known = Object.entries(Object(bytes) as Record<string, unknown>)
      .filter((entry): entry is [string, string] =>
        typeof entry[1] === "string"
      );
    return { head, bytes: new Map(known) };
  }
  const head = JSON.parse(`${text.slice(0, begin.index)}\n}`);
  const bytes = new Map<string, string>();
  for (let at = begin.index + begin[0].length; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const line = text.slice(at, newline < 0 ? text.length : newline);
    at += line.length + 1;
    const [start = "", hash] = BYTES_LINE.exec(line) ?? [];
    const end = line.indexOf('"', start.length);
    // Without its end it was cut off.
    if (hash && end >= 0) bytes.set(hash, line.slice(start.length, end));
  }
  return { head, bytes };
}
