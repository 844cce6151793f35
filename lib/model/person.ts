import type { FieldError } from "./problem.ts";
import { isText, NO_TEXT } from "./text.ts";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The longest email address that is taken. */
export const MAX_EMAIL = 200;

/** An email address as it is stored and looked up. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
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
  } else if (!isText(person.name)) {
    errors.push({ field: "name", message: NO_TEXT });
  }
  const { email } = person;
  if (
    !EMAIL.test(normalEmail(email)) || email.length > MAX_EMAIL ||
    !isText(email)
  ) {
    errors.push({
      field: "email",
      message: "Write an address like name@example.com.",
    });
  }
  return errors;
}
