import type { FieldError } from "./problem.ts";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

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
  }
  if (!EMAIL.test(normalEmail(person.email)) || person.email.length > 200) {
    errors.push({
      field: "email",
      message: "Write an address like name@example.com.",
    });
  }
  return errors;
}
