import assert from "node:assert/strict";
import { join } from "node:path";
import { eventually } from "../system/eventually.ts";
import { startServer } from "../system/server_process.ts";
import { withMailServer } from "../system/smtp.ts";

/** The permissions of `deno task start`, and no others. */
async function startPermissions(): Promise<string[]> {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  return (tasks.start as string).split(" ").filter((word) =>
    word.startsWith("--")
  );
}

Deno.test("the server mails a new owner right after the signup, with no more permissions than the start task has", async () => {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-mail-" });
  try {
    await withMailServer(async (mail) => {
      const env = { STREAMFLOW_MAIL: mail.url };
      const server = await startServer(
        join(folder, "kv.sqlite3"),
        0,
        env,
        null,
        await startPermissions(),
      );
      try {
        const page = await (await fetch(`${server.origin}/signup`)).text();
        const registration = /name="registration" value="([^"]+)"/.exec(page);
        const signedUp = await fetch(`${server.origin}/signup`, {
          method: "POST",
          redirect: "manual",
          body: new URLSearchParams({
            registration: registration?.[1] ?? "",
            company: "Alder Heating",
            industry: "hvac",
            timeZone: "Europe/Berlin",
            name: "Olga Alder",
            email: "olga@alder.example",
            password: "a long password",
          }),
        });
        await signedUp.body?.cancel();
        assert.equal(signedUp.status, 303);
        await eventually("the mail is there", () => mail.mails.length > 0);
      } finally {
        await server.stop();
      }
      assert.equal(mail.mails.length, 1);
      const [welcome] = mail.mails;
      assert.deepEqual(welcome?.to, ["olga@alder.example"]);
      const text = welcome.parts["text/plain"] ?? "";
      assert.ok(text.includes(`${server.origin}/login`), text);
      assert.match(server.output(), /"outcome":"delivered"/);
      assert.ok(!server.output().includes("olga@"), server.output());
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
