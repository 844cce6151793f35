import { z } from "zod";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
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

/** Reads a registration from a JSON body: strictly, naming each field that is missing, mistyped or unknown. */
export function parseRegistration(body: unknown): Result<NewTenant> {
  const parsed = registration.safeParse(body, { reportInput: true });
  if (!parsed.success) {
    const errors = parsed.error.issues.flatMap(errorsOf).slice(0, MAX_ERRORS);
    return fail("invalid-input", { errors });
  }
  const { plan, industry, externalCustomerId } = parsed.data;
  const { company = null, timeZone = null, owner } = parsed.data;
  return ok({
    plan,
    industry,
    externalCustomerId,
    company,
    timeZone,
    owner: owner ? { ...owner, passwordHash: null } : null,
  });
}
