import type { FieldError } from "../model/problem.ts";
import { normalEmail } from "./log_in.ts";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The shortest password that is taken; length is what counts (NIST SP 800-63B, section 3.1.1). */
export const MIN_PASSWORD = 10;
/** The longest one: beyond it hashing would be work for an attacker to order. */
export const MAX_PASSWORD = 200;

/** What is wrong with a new password, or null. */
export function checkPassword(password: string): string | null {
  if (password.length < MIN_PASSWORD) {
    return `Use ${MIN_PASSWORD} characters or more.`;
  }
  return password.length > MAX_PASSWORD
    ? `Use ${MAX_PASSWORD} characters or less.`
    : null;
}

/** What is wrong with a person's name and email. */
export function checkPerson(
  person: { name: string; email: string },
): FieldError[] {
  const errors: FieldError[] = [];
  if (person.name.trim() === "" || person.name.length > 100) {
    errors.push({
      field: "name",
      message: "Write the name, at most 100 characters.",
    });
  }
  if (!EMAIL.test(normalEmail(person.email)) || person.email.length > 200) {
    errors.push({
      field: "email",
      message: "Write an address like name@example.com.",
    });
  }
  return errors;
}

