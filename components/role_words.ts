import type { Role } from "../lib/model/spaces.ts";

/** Roles in words, for a person's row: `Dispatcher, Worker`. */
export function roleWords(roles: readonly Role[]): string {
  return roles.map((role) => role[0] + role.slice(1).toLowerCase()).join(", ");
}
