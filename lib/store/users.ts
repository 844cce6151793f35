import { makeId } from "../model/ids.ts";
import { normalEmail } from "../model/person.ts";
import type { UserRow } from "./identities.ts";
import { globalKeys } from "./keys.ts";
import type { Transaction } from "./transaction.ts";

/** The account with an email address; the commit depends on there being none, or this one. */
export async function findUser(
  tx: Transaction,
  email: string,
): Promise<UserRow | null> {
  const id = await tx.get<string>(globalKeys.userByEmail(normalEmail(email)));
  return id === null ? null : await tx.get<UserRow>(globalKeys.user(id));
}

/**
 * Writes an account that nobody has yet: see `findUser`.
 *
 * @param person checked by `checkPerson`; a null hash means that an invitation sets the password
 */
export function putNewUser(
  tx: Transaction,
  person: { name: string; email: string; passwordHash: string | null },
  now: number,
): UserRow {
  const user: UserRow = {
    v: 1,
    id: makeId("usr", now, crypto.getRandomValues(new Uint8Array(10))),
    email: normalEmail(person.email),
    name: person.name.trim(),
    passwordHash: person.passwordHash,
    createdAt: new Date(now).toISOString(),
  };
  tx.set(globalKeys.user(user.id), user);
  tx.set(globalKeys.userByEmail(user.email), user.id);
  return user;
}
