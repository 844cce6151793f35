import assert from "node:assert/strict";
import { ConfigError, readConfig, VARIABLES } from "../../fresh.config.ts";

const SECRET = "a secret of 32 characters or more";

Deno.test("mails come from the public host, unless somebody says otherwise", () => {
  assert.equal(readConfig({}).mail, "log:");
  assert.equal(readConfig({}).mailFrom, "StreamFlow <noreply@localhost>");
  const env = {
    STREAMFLOW_PUBLIC_URL: "https://app.alder.example:8443/",
    STREAMFLOW_SECRET: SECRET,
  };
  const config = readConfig(env);
  assert.equal(config.mailFrom, "StreamFlow <noreply@app.alder.example>");
  assert.equal(config.mailHost, "app.alder.example");
  const own = readConfig({
    ...env,
    STREAMFLOW_MAIL_FROM: "Alder <hi@b.example>",
  });
  assert.equal(own.mailFrom, "Alder <hi@b.example>");
});

Deno.test("a mail server or a sender that cannot be is named at the start", () => {
  for (
    const [name, values] of Object.entries({
      STREAMFLOW_MAIL: [
        "mail.example",
        "smtp://",
        "smtps:",
        "http://a.example",
      ],
      STREAMFLOW_MAIL_FROM: ["nobody", "a@b\r\nBcc: c@d", "<a@b", "a@b, c@d"],
    })
  ) {
    for (const value of values) {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error: Error) =>
          error instanceof ConfigError && error.message.startsWith(name),
        value,
      );
    }
  }
  for (
    const good of ["log:", "smtp://127.0.0.1:25", "smtps://u:p%40@mail.example"]
  ) assert.equal(readConfig({ STREAMFLOW_MAIL: good }).mail, good);
});

Deno.test("the start task may read each variable that the configuration names", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const allowed = /--allow-env=(\S+)/.exec(tasks.start)?.[1]?.split(",") ?? [];
  assert.deepEqual(
    VARIABLES.filter((name) => !allowed.includes(name)),
    [],
  );
});
