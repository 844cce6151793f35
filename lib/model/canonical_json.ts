/**
 * The one text of a JSON value, so that equal values give equal text and no two different values the same: no white
 * space, members sorted by their names' UTF-16 units, strings and numbers as ECMAScript writes them (RFC 8785, sections
 * 3.2.1 to 3.2.3). Beyond it, lone surrogates are escaped as `JSON.stringify` does, and -0 is refused.
 *
 * @throws {TypeError} for what JSON cannot tell apart from something else: undefined, NaN, a bigint, a date, a hole
 */
export function canonicalJson(value: unknown): string {
  if (
    value === null || typeof value === "boolean" || typeof value === "string" ||
    (Number.isFinite(value) && !Object.is(value, -0))
  ) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    if (Object.keys(value).length !== value.length) throw notJson();
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (
    typeof value !== "object" ||
    Object.getPrototypeOf(value) !== Object.prototype
  ) {
    throw notJson();
  }
  const members = value as Record<string, unknown>;
  // Text compares by UTF-16 units, and sort() does so too.
  return `{${
    Object.keys(members).sort().map((name) =>
      `${JSON.stringify(name)}:${canonicalJson(members[name])}`
    ).join(",")
  }}`;
}

const notJson = () => new TypeError("Cannot write as JSON");
