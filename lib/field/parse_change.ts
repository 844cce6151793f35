import { z } from "zod";
import type { FieldValues } from "../model/form.ts";
import type { ParsedChange } from "../model/operation.ts";
import { isId } from "../model/ids.ts";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
import { isText, NO_TEXT } from "../model/text.ts";

/** What is wrong with one field of a change; how long it may be, and what may stand in it, is for its rule to say. */
function fieldProblem(name: string, value: unknown): string | null {
  if (name.length < 1 || name.length > 60) return "Use 1 to 60 characters.";
  return value === null ||
      ["string", "number", "boolean"].includes(typeof value)
    ? null
    : "Send text, a number, true, false or null.";
}

// Written out: a record of unions was a third of what zod took of a batch.
const fields = z.custom<FieldValues>(
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value),
  "Send an object of fields.",
).superRefine((values, context) => {
  const named = Object.entries(values);
  if (named.length > 100) context.addIssue("Too many fields.");
  for (const [name, value] of named.slice(0, 100)) {
    const message = fieldProblem(name, value);
    if (message !== null) {
      context.addIssue({ code: "custom", path: [name], message });
    }
  }
});
const discarded = fields
  .refine((values) => JSON.stringify(values).length <= 16_000, "Too long.")
  .refine(
    (values) =>
      Object.values(values).every((value) =>
        typeof value !== "string" || isText(value)
      ),
    NO_TEXT,
  )
  .default({});
const idOf = (prefix: "lead" | "wo" | "ts") =>
  z.string().refine(
    (value) => isId(prefix, value),
    `Write an id like ${prefix}_01J….`,
  );

const PAYLOADS = {
  "lead.create": z.strictObject({ id: idOf("lead"), fields }),
  "lead.update": z.strictObject({ fields, discarded }),
  "order.update": z.strictObject({ fields, discarded }),
  "order.advance": z.strictObject({
    action: z.enum(["START", "PAUSE", "DONE"]),
    discarded,
  }),
  "clock": z.strictObject({
    id: idOf("ts"),
    kind: z.enum(["in", "out", "break", "resume"]),
  }),
  "noop": z.strictObject({}),
};

/** What a schema found wrong. */
export type SchemaError = z.ZodError;

/** What is wrong with an input, by field, from a zod error. */
export function fieldErrors(error: SchemaError): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
        field: [...issue.path, key].join("."),
        message: "This field is not known here.",
      }))
      : [{ field: issue.path.join(".") || "body", message: issue.message }]
  );
}

const ROUTES: [method: string, pattern: RegExp, kind: keyof typeof PAYLOADS][] =
  [
    ["POST", /^\/api\/client\/leads$/, "lead.create"],
    ["PATCH", /^\/api\/client\/leads\/([^/]+)$/, "lead.update"],
    ["PATCH", /^\/api\/client\/work-orders\/([^/]+)$/, "order.update"],
    [
      "POST",
      /^\/api\/client\/work-orders\/([^/]+)\/transitions$/,
      "order.advance",
    ],
    ["POST", /^\/api\/client\/clock-events$/, "clock"],
    ["POST", /^\/api\/client\/noop$/, "noop"],
  ];

/**
 * Reads a change from its route, method and payload; what a queue sends and what an API call sends are the same.
 *
 * @param route path of the API call
 * @param payload parsed JSON, not trusted
 */
export function parseChange(
  method: string,
  route: string,
  payload: unknown,
): Result<ParsedChange> {
  for (const [routeMethod, pattern, kind] of ROUTES) {
    const match = routeMethod === method ? pattern.exec(route) : null;
    if (!match) continue;
    const id = match[1];
    if (
      id !== undefined && !isId(kind.startsWith("lead") ? "lead" : "wo", id)
    ) {
      return fail("not-found");
    }
    const parsed = PAYLOADS[kind].safeParse(payload);
    if (!parsed.success) {
      return fail("invalid-input", { errors: fieldErrors(parsed.error) });
    }
    const { kind: press, ...rest } = parsed.data as { kind?: unknown };
    return ok({
      ...rest,
      ...(id !== undefined && { id }),
      ...(kind === "clock" && { press }),
      kind,
    } as ParsedChange);
  }
  return fail("unknown-operation");
}
