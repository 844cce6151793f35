import type { Role, Space } from "../lib/model/spaces.ts";

/** Roles in words, for a person's row: `Dispatcher, Worker`. */
export function roleWords(roles: readonly Role[]): string {
  return roles.map(inWords).join(", ");
}

/** A space in words, as its navigation names it. */
export function spaceWord(space: Space): string {
  return inWords(space);
}

const inWords = (name: string) => name.charAt(0) + name.slice(1).toLowerCase();
