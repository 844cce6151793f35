import assert from "node:assert/strict";
import { Passwords, PasswordsBusy } from "../../lib/access/passwords.ts";

async function withPasswords(
  run: (passwords: Passwords) => Promise<void>,
): Promise<void> {
  const passwords = new Passwords();
  try {
    await run(passwords);
  } finally {
    passwords.close();
  }
}

Deno.test("a password is kept as a PHC string of argon2id with OWASP's cost, salted anew each time", () =>
  withPasswords(async (passwords) => {
    const [first, second] = await Promise.all([
      passwords.hash("correct horse"),
      passwords.hash("correct horse"),
    ]);
    assert.match(
      first,
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    assert.notEqual(first, second);
    assert.equal(await passwords.verify("correct horse", first), true);
    assert.equal(await passwords.verify("correct horse", second), true);
    assert.equal(await passwords.verify("Correct horse", first), false);
  }));

Deno.test("without an account every password is wrong, after the same work", () =>
  withPasswords(async (passwords) => {
    assert.equal(
      await passwords.verify("nobody has this password", null),
      false,
    );
    assert.equal(await passwords.verify("", null), false);
  }));

Deno.test("an empty password is wrong and ends neither the worker nor the process", () =>
  withPasswords(async (passwords) => {
    const hash = await passwords.hash("correct horse");
    assert.equal(await passwords.verify("", hash), false);
    await assert.rejects(passwords.hash(""));
    assert.equal(await passwords.verify("correct horse", hash), true);
  }));

Deno.test("a broken PHC string in the store is a wrong password, not a crash", () =>
  withPasswords(async (passwords) => {
    assert.equal(
      await passwords.verify("correct horse", "$argon2id$nonsense"),
      false,
    );
    assert.equal(await passwords.verify("correct horse", ""), false);
  }));

Deno.test("more than 24 passwords at once are refused, and the refusal does not last", () =>
  withPasswords(async (passwords) => {
    const tries = await Promise.allSettled(
      Array.from({ length: 30 }, () => passwords.verify("guess", null)),
    );
    const busy = tries.filter((one) => one.status === "rejected");
    assert.equal(busy.length, 6);
    assert.ok(busy.every(({ reason }) => reason instanceof PasswordsBusy));
    assert.equal(await passwords.verify("guess", null), false);
  }));
