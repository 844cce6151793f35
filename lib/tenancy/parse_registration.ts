import { z } from "zod";
import type { FieldError } from "../model/problem.ts";
import type { Plan } from "../store/tenants.ts";
import type { NewTenant } from "./create_tenant.ts";
import { PLANS } from "./plans.ts";

/** What a signup site may send. Lengths and known names are for `createTenant` to check, as it does for the form. */
const registration = z.strictObject({
  plan: z.enum(PLANS),
  industry: z.string(),
  externalCustomerId: z.string(),
  company: z.string().optional(),
  timeZone: z.string().optional(),
  owner: z.strictObject({ name: z.string(), email: z.string() }).optional(),
});

/** The most fields that an answer names: a body can have thousands of wrong ones. */
const MAX_ERRORS = 50;

const KINDS: Record<string, string> = { object: "an object", string: "text" };

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") {
    return `Choose one: ${issue.values.join(", ")}.`;
  }
  if (issue.code !== "invalid_type") return "This is not accepted.";
  const kind = KINDS[issue.expected] ?? issue.expected;
  return issue.input === undefined
    ? `This is missing: ${kind}.`
    : `Write ${kind}.`;
}

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: [...path, key].join(".").slice(0, 100),
      message: "A registration has no such field.",
    }));
  }
  return [{ field: path.join(".") || "body", message: messageOf(issue) }];
}

/** A registration as it was sent, as far as it can be read. */
export interface ReadRegistration {
  /** What is wrong with its shape, by field; empty for a good one. */
  errors: FieldError[];
  /** Empty text and null stand for what is wrong; null for a body that is no object at all. */
  input: NewTenant | null;
}

const textOf = (value: unknown) => typeof value === "string" ? value : "";
const textOrNull = (value: unknown) => typeof value === "string" ? value : null;
const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * Reads a registration from a JSON body: strictly, naming each field that is missing, mistyped or unknown. What can be
 * read of a wrong one is given too, so that one answer names what is wrong with its values as well.
 */
export function parseRegistration(body: unknown): ReadRegistration {
  const parsed = registration.safeParse(body, { reportInput: true });
  const errors = parsed.success
    ? []
    : parsed.error.issues.flatMap(errorsOf).slice(0, MAX_ERRORS);
  if (!isObject(body)) return { errors, input: null };
  const { owner } = body;
  return {
    errors,
    input: {
      plan: textOf(body.plan) as Plan,
      industry: textOf(body.industry),
      externalCustomerId: textOf(body.externalCustomerId),
      company: textOrNull(body.company),
      timeZone: textOrNull(body.timeZone),
      owner: isObject(owner)
        ? {
          name: textOf(owner.name),
          email: textOf(owner.email),
          passwordHash: null,
        }
        : null,
    },
  };
}
