/** What a record's id starts with; the prefix says which kind of record it names. */
export type IdPrefix =
  | "ten"
  | "org"
  | "usr"
  | "lead"
  | "wo"
  | "ts"
  | "op"
  | "dev"
  | "job"
  | "elv"
  | "aud";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID = /^([a-z]{2,4})_[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * Makes a ULID with a prefix: `wo_01J…`. Pure: time and randomness are given.
 *
 * @param prefix kind of record
 * @param timeMs milliseconds since the epoch, at most 2^48 - 1
 * @param random at least 10 random bytes; the first 10 are used
 * @throws {RangeError} when `timeMs` or `random` is out of range
 */
export function makeId<P extends IdPrefix>(
  prefix: P,
  timeMs: number,
  random: Uint8Array,
): `${P}_${string}` {
  if (!(timeMs >= 0 && timeMs < 2 ** 48) || random.length < 10) {
    throw new RangeError("Cannot make an id: time or randomness out of range");
  }
  let time = "";
  for (let left = Math.floor(timeMs), i = 0; i < 10; i++) {
    time = ALPHABET.charAt(left % 32) + time;
    left = Math.floor(left / 32);
  }
  let tail = "";
  let bits = 0;
  let held = 0;
  for (let i = 0; i < 10; i++) {
    held = (held << 8) | (random[i] as number);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += ALPHABET.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return `${prefix}_${time}${tail}`;
}

/** Whether `value` is a well-formed id of the given kind. */
export function isId(prefix: IdPrefix, value: unknown): value is string {
  return typeof value === "string" && ID.exec(value)?.[1] === prefix;
}
