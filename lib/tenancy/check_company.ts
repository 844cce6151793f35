import { isTimeZone } from "../model/calendar.ts";
import { checkPerson } from "../model/person.ts";
import type { FieldError } from "../model/problem.ts";
import { isText, NO_TEXT } from "../model/text.ts";

/** What is wrong with a new tenant's company, time zone and first person, by the names of the registration's fields. */
export function checkCompany(input: {
  company: string;
  timeZone: string;
  owner: { name: string; email: string } | null;
}): FieldError[] {
  const errors: FieldError[] = [];
  if (input.company.trim() === "" || input.company.length > 120) {
    errors.push({
      field: "company",
      message: "Write the company's name, at most 120 characters.",
    });
  } else if (!isText(input.company)) {
    errors.push({ field: "company", message: NO_TEXT });
  }
  if (!isTimeZone(input.timeZone)) {
    errors.push({
      field: "timeZone",
      message: "Choose a time zone like Europe/Berlin.",
    });
  }
  for (
    const { field, message } of input.owner ? checkPerson(input.owner) : []
  ) {
    errors.push({ field: `owner.${field}`, message });
  }
  return errors;
}
