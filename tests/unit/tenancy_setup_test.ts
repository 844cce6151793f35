import assert from "node:assert/strict";
import { join } from "node:path";
import { readInvite } from "../../lib/access/accept_invite.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { TEMPLATES } from "../../lib/tenancy/templates/all.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** An instance whose store is a file, as `deno task setup` finds it. */
class Instance {
  constructor(readonly kv: string) {}

  async setUp(
    ...args: string[]
  ): Promise<{ code: number; words: string; link: string | null }> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "setup", ...args],
      cwd: ROOT,
      env: { STREAMFLOW_KV: this.kv, PORT: "4711", HOST: "127.0.0.1" },
    }).output();
    const text = new TextDecoder();
    const words = text.decode(stdout) + text.decode(stderr);
    const [link = null] =
      /http:\/\/127\.0\.0\.1:4711\/invite\/[\w-]{43}/.exec(words) ?? [];
    return { code, words, link };
  }

  async look<T>(run: (store: Store) => Promise<T>): Promise<T> {
    const { store, close } = await openStore(this.kv);
    try {
      return await run(store);
    } finally {
      close();
    }
  }

  invited(link: string | null) {
    const secret = link?.split("/").at(-1) ?? "";
    return this.look((store) => readInvite(store, secret, Date.now()));
  }
}

async function withInstance(
  run: (instance: Instance) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-setup-" });
  try {
    await run(new Instance(join(folder, "kv.sqlite3")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the setup prints the operator's link once, and a new one only when it is asked for", () =>
  withInstance(async (instance) => {
    const first = await instance.setUp(
      "--email",
      "pia@northwind.example",
      "--company",
      "Northwind",
    );
    assert.equal(first.code, 0, first.words);
    assert.equal((await instance.invited(first.link))?.company, "Northwind");
    assert.match(first.words, /log in as pia@northwind\.example/);

    const again = await instance.setUp();
    assert.deepEqual([again.code, again.link], [0, null]);
    assert.match(again.words, /stands already/);
    assert.ok(await instance.invited(first.link));

    const renewed = await instance.setUp("--new-link");
    assert.equal(renewed.code, 0, renewed.words);
    assert.equal(await instance.invited(first.link), null);
    const invited = await instance.invited(renewed.link);
    assert.equal(invited?.email, "pia@northwind.example");
    assert.deepEqual(
      await instance.look(async (store) => [
        (await store.list({ prefix: ["tenants"] })).length,
        (await store.list({ prefix: ["invites"] })).length,
        (await store.list({ prefix: globalKeys.templates() })).length,
      ]),
      [1, 1, TEMPLATES.length],
    );
  }));

Deno.test("a setup that cannot be done says why, and makes nothing", () =>
  withInstance(async (instance) => {
    const email = await instance.setUp("--email", "pia");
    assert.deepEqual([email.code, email.link], [1, null]);
    assert.match(email.words, /--email: Write an address/);
    const flag = await instance.setUp("--emial", "pia@northwind.example");
    assert.equal(flag.code, 1);
    assert.match(flag.words, /deno task setup \[--email/);
    assert.deepEqual(
      await instance.look((store) => store.list({ prefix: ["operator"] })),
      [],
    );
    await instance.look(async (store) => {
      const tx = store.transaction();
      tx.set(globalKeys.template("hvac", 99), { industry: "hvac" });
      await tx.commit();
    });
    const template = await instance.setUp();
    assert.equal(template.code, 1);
    assert.match(template.words, /template hvac 99 .* cannot be used/s);
  }));
