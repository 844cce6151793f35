import assert from "node:assert/strict";
import { acceptInvite } from "../../lib/access/accept_invite.ts";
import { inviteMember } from "../../lib/access/invite_member.ts";
import { jobHandlers } from "../../lib/outbox/handlers.ts";
import { oneLine, writeLetter } from "../../lib/outbox/letter.ts";
import { logSender } from "../../lib/outbox/log_mail.ts";
import type { SendMail } from "../../lib/outbox/mail.ts";
import { retryDeadJob } from "../../lib/outbox/retry_dead_job.ts";
import { smtpSender } from "../../lib/outbox/smtp.ts";
import { dueJobs, LEASE_MS, takeJob } from "../../lib/outbox/take_job.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { TTL } from "../../lib/store/limits.ts";
import type { Store } from "../../lib/store/store.ts";
import { putTenant, type TenantRow } from "../../lib/store/tenants.ts";
import { type MailServer, withMailServer } from "../system/smtp.ts";
import {
  blankAudit,
  type Company,
  INSTANCE_KEY,
  MONDAY,
  newCompany,
  plainPasswords,
  withStore,
} from "./builders.ts";
import { withDoor } from "./door.ts";
import { join, newOperator } from "./members.ts";
import { deadOf, Dispatcher, jobsOf } from "./outbox_world.ts";
import { OLGA, registered, registration } from "./registration.ts";

const ORIGIN = "https://app.alder.example";
const HOST = "app.alder.example";
const MIKA = { name: "Mika Berg", email: "mika@alder.example", role: "WORKER" };
const PASSWORD = "long enough";

const smtp = (url: string) =>
  smtpSender(url, `StreamFlow <noreply@${HOST}>`, HOST);

/** A dispatcher that sends mails. */
function mailer(store: Store, send: SendMail): Dispatcher {
  const dispatcher: Dispatcher = new Dispatcher(
    store,
    jobHandlers({
      store,
      instanceKey: INSTANCE_KEY,
      origin: () => ORIGIN,
      now: () => dispatcher.now,
      send,
    }),
  );
  return dispatcher;
}

/** Invites somebody, and gives the secret of the link. */
async function invite(
  { store, owner }: Company,
  person = MIKA,
  me: Me = owner,
): Promise<string> {
  const outcome = await inviteMember(
    { store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
    me,
    person,
    blankAudit(),
  );
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value.secret;
}

/** Takes the welcome mail, which every company begins with, out of the way. */
async function companyWithoutMail(store: Store): Promise<Company> {
  const company = await newCompany(store);
  for (const job of await jobsOf(store)) {
    const tx = store.transaction();
    tx.delete(globalKeys.job(job.dueAt, job.id));
    await tx.commit();
  }
  return company;
}

const withMail = (
  run: (
    world: { server: MailServer; company: Company; dispatcher: Dispatcher },
  ) => Promise<void>,
) =>
  withMailServer((server) =>
    withStore(async (store) => {
      const company = await companyWithoutMail(store);
      await run({
        server,
        company,
        dispatcher: mailer(store, smtp(server.url)),
      });
    })
  );

const linksIn = (text: string) =>
  (text.match(/https:\/\/[^\s"<]+/g) ?? []).map((url) =>
    url.replace(/\.$/, "")
  );

Deno.test("an invitation arrives once, in two parts that say the same, and its link lets the person in", () =>
  withMailServer((server) =>
    withDoor(
      async (door) => {
        const company = await companyWithoutMail(door.store);
        const secret = await invite(company);
        const [job] = await jobsOf(door.store);
        const dispatcher = mailer(door.store, smtp(server.url));
        await dispatcher.run();
        await dispatcher.run();
        assert.equal(server.mails.length, 1);
        const [mail] = server.mails;
        assert.ok(mail);
        assert.deepEqual(mail.to, ["mika@alder.example"]);
        assert.equal(mail.from, `noreply@${HOST}`);
        assert.equal(mail.headers["message-id"], `<${job?.id}@${HOST}>`);
        assert.equal(mail.headers["auto-submitted"], "auto-generated");
        assert.equal(
          mail.headers["subject"],
          "Alder Heating invites you to StreamFlow",
        );
        const text = mail.parts["text/plain"] ?? "";
        const html = mail.parts["text/html"] ?? "";
        for (const part of [text, html]) {
          for (
            const words of [
              "Hello Mika Berg",
              "Olga of Alder Heating of Alder Heating invites you to StreamFlow as a worker",
              "Monday, 30 November 2026",
              "Set your password and start",
              `${ORIGIN}/invite/${secret}`,
              `you log in with mika@alder.example at ${ORIGIN}/login`,
            ]
          ) assert.ok(part.includes(words), `${words} in ${part}`);
        }
        assert.ok(!/<(?:img|link|script|style)|url\(|color:\s*#/i.test(html));
        assert.deepEqual(
          [...new Set(linksIn(html))].toSorted(),
          [...new Set(linksIn(text))].toSorted(),
        );

        const link = linksIn(text).find((url) => url.includes("/invite/"));
        const path = new URL(link ?? "").pathname;
        const opened = await door.ask("GET", path);
        assert.equal(opened.status, 200);
        const accepted = await door.ask("POST", path, {
          form: { password: PASSWORD },
        });
        assert.equal(accepted.status, 303);
        const cookie = accepted.headers.get("set-cookie")?.split(";")[0] ?? "";
        const me = await door.ask("GET", "/api/me", { cookie });
        assert.equal((await me.json()).user.orgId, company.owner.orgId);
      },
      () => {},
      { passwords: plainPasswords() },
    )
  ));

Deno.test("no row of the store holds a link's secret, and no line of the dispatcher's log", () =>
  withMail(async ({ server, company, dispatcher }) => {
    const secret = await invite(company);
    const stored = async () =>
      JSON.stringify(
        await company.store.list({ prefix: [] }),
        (_name, value) => typeof value === "bigint" ? Number(value) : value,
      );
    assert.ok(!(await stored()).includes(secret));
    server.refuseWith = 451;
    await dispatcher.run();
    server.refuseWith = null;
    await dispatcher.runNext();
    assert.equal(server.mails.length, 1);
    assert.ok(!(await stored()).includes(secret));
    const log = JSON.stringify(dispatcher.log);
    assert.ok(!log.includes(secret) && !log.includes("@"), log);
  }));

Deno.test("while the mail server is down a mail waits; when it is back the mail arrives", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await invite(company);
    await server.goDown();
    await dispatcher.run();
    await dispatcher.runNext();
    const [job] = await jobsOf(company.store);
    assert.equal(job?.attempts, 2);
    assert.match(job.error ?? "", /ECONNREFUSED/);
    assert.ok(job.dueAt > dispatcher.now);
    await server.comeBack();
    await dispatcher.runNext();
    assert.equal(server.mails.length, 1);
    assert.deepEqual(await jobsOf(company.store), []);
    assert.deepEqual(dispatcher.counts, {
      "outbox.failed": 2,
      "outbox.delivered": 1,
    });
  }));

Deno.test("a recipient refused with 550 is dead at once, without the address, until a person retries", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await invite(company);
    server.refuseWith = 550;
    await dispatcher.run();
    const [dead] = await deadOf(company.store);
    assert.ok(dead);
    assert.match(dead.error, /550/);
    assert.ok(!dead.error.includes("@"), dead.error);
    assert.deepEqual(await jobsOf(company.store), []);

    server.refuseWith = null;
    const place = await newOperator(company.store);
    const engineer = await join(company.store, place, "DEVELOPER", "ENGINEER");
    const deps = { store: company.store, now: () => MONDAY };
    assert.ok((await retryDeadJob(deps, engineer, dead.id, blankAudit())).ok);
    await dispatcher.run();
    assert.equal(server.mails.length, 1);
    assert.equal(
      server.mails[0]?.headers["message-id"],
      `<${dead.id}@${HOST}>`,
    );
  }));

Deno.test("a temporary refusal is tried again", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await invite(company);
    server.refuseWith = 450;
    await dispatcher.run();
    assert.equal((await jobsOf(company.store)).length, 1);
    server.refuseWith = null;
    await dispatcher.runNext();
    assert.equal(server.mails.length, 1);
  }));

Deno.test("a wrong login at the mail server can be mended: nothing is given up for it", () =>
  withMailServer((server) =>
    withStore(async (store) => {
      const company = await companyWithoutMail(store);
      await invite(company);
      const wrong = mailer(store, smtp(server.url.replace("right", "wrong")));
      await wrong.run();
      assert.match((await jobsOf(store))[0]?.error ?? "", /535/);
      const right = mailer(store, smtp(server.url));
      await right.runNext();
      assert.equal(server.mails.length, 1);
    }), { user: "streamflow", pass: "right" }));

Deno.test("a mail sent by a dispatcher that died before it could say so comes again as the same message", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await invite(company);
    const [job] = await dueJobs(company.store, MONDAY, 1);
    assert.ok(job);
    const taken = await takeJob(company.store, job, "dies", MONDAY);
    assert.ok(taken);
    const signal = new AbortController().signal;
    const { handlers } = dispatcher.deps;
    await handlers["mail.invite"](taken, signal);
    dispatcher.now = MONDAY + LEASE_MS;
    await dispatcher.run();
    assert.equal(server.mails.length, 2);
    const ids = server.mails.map((mail) => mail.headers["message-id"]);
    assert.deepEqual(ids, Array(2).fill(`<${job.id}@${HOST}>`));
    assert.deepEqual(server.mails[0]?.parts, server.mails[1]?.parts);
  }));

const accept = ({ store }: Company, secret: string) =>
  acceptInvite({ store, passwords: plainPasswords(), now: () => MONDAY }, {
    secret,
    password: PASSWORD,
  }, blankAudit());

async function suspend({ store, owner }: Company): Promise<void> {
  const tx = store.transaction();
  const row = await tx.get<TenantRow>(globalKeys.tenant(owner.tenantId));
  assert.ok(row);
  putTenant(tx, { ...row, status: "suspended" });
  await tx.commit();
}

const NOTHING_TO_SAY: [
  what: string,
  make: (
    company: Company,
    secret: string,
    dispatcher: Dispatcher,
  ) => Promise<unknown>,
][] = [
  ["was accepted meanwhile", (company, secret) => accept(company, secret)],
  ["is older than a week", (_company, _secret, dispatcher) => {
    dispatcher.now = MONDAY + TTL.invite;
    return Promise.resolve();
  }],
  ["leads into a suspended tenant", (company) => suspend(company)],
];

for (const [what, make] of NOTHING_TO_SAY) {
  Deno.test(`an invitation that ${what} is not mailed`, () =>
    withMail(async ({ server, company, dispatcher }) => {
      const secret = await invite(company);
      await make(company, secret, dispatcher);
      await dispatcher.run();
      assert.deepEqual(server.mails, []);
      assert.deepEqual(await jobsOf(company.store), []);
      assert.deepEqual(await deadOf(company.store), []);
      assert.deepEqual(dispatcher.counts, { "outbox.dropped": 1 });
    }));
}

Deno.test("of two invitations of one person only the one that still works is mailed", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await invite(company);
    const newest = await invite(company);
    await dispatcher.run();
    assert.equal(server.mails.length, 1);
    assert.ok(server.mails[0]?.parts["text/plain"]?.includes(newest));
    assert.deepEqual(dispatcher.counts, {
      "outbox.dropped": 1,
      "outbox.delivered": 1,
    });
  }));

Deno.test("who has an account already is asked for its password, in whatever alphabet they write", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await accept(company, await invite(company));
    const other = await newCompany(company.store, "Søren & Søn <Ltd>");
    await invite(other, { ...MIKA, name: "Мика", role: "DISPATCHER" });
    await dispatcher.run();
    const mail = server.mails.find(({ to }) => to[0] === MIKA.email);
    assert.ok(mail);
    const text = mail.parts["text/plain"] ?? "";
    assert.ok(text.includes("Join with the password of your account"), text);
    assert.ok(text.includes("Hello Мика"), text);
    assert.ok(text.includes("as a dispatcher"), text);
    assert.equal(
      mail.headers["subject"],
      "Søren & Søn <Ltd> invites you to StreamFlow",
    );
    const html = mail.parts["text/html"] ?? "";
    assert.ok(html.includes("Søren &amp; Søn &lt;Ltd&gt;"), html);
    assert.ok(!html.includes("<Ltd>"));
  }));

Deno.test("a name with line ends becomes neither a header nor a paragraph", () =>
  withMail(async ({ server, company, dispatcher }) => {
    await invite(company, {
      ...MIKA,
      name: "Mika\r\nBcc: eve@evil.example\r\n\r\nClick here",
    });
    await dispatcher.run();
    const [mail] = server.mails;
    assert.ok(mail);
    assert.deepEqual(mail.to, [MIKA.email]);
    assert.equal(mail.headers["bcc"], undefined);
    assert.ok(
      mail.parts["text/plain"]?.startsWith(
        "Hello Mika Bcc: eve@evil.example Click here,",
      ),
    );
  }));

Deno.test("a new company's owner learns what stands and where to log in", () =>
  withMailServer((server) =>
    withStore(async (store) => {
      await registered(store);
      const dispatcher = mailer(store, smtp(server.url));
      await dispatcher.run();
      const [mail] = server.mails;
      assert.ok(mail);
      assert.deepEqual(mail.to, [OLGA.email]);
      assert.equal(
        mail.headers["subject"],
        "Alder Heating is ready on StreamFlow",
      );
      for (const part of Object.values(mail.parts)) {
        assert.ok(part.includes(`${ORIGIN}/login`), part);
        assert.ok(part.includes(`Your login is ${OLGA.email}`), part);
        assert.ok(part.includes(`${ORIGIN}/client/team`), part);
        assert.ok(part.includes("kinds of work with their checklists"), part);
        assert.ok(!part.includes("/invite/"), part);
      }
    })
  ));

Deno.test("an owner without a password gets the one-time link; who used it meanwhile is told to log in", async () => {
  const invited = registration({ owner: { ...OLGA, passwordHash: null } });
  for (const accepted of [false, true]) {
    await withMailServer((server) =>
      withStore(async (store) => {
        await registered(store, invited);
        const [job] = await jobsOf(store);
        const secret = INSTANCE_KEY.secretFor(
          "invite",
          job?.payload.inviteId ?? "",
        );
        if (accepted) {
          assert.ok((await accept({ store } as Company, secret)).ok);
        }
        await mailer(store, smtp(server.url)).run();
        const text = server.mails[0]?.parts["text/plain"] ?? "";
        assert.equal(text.includes(`${ORIGIN}/invite/${secret}`), !accepted);
        assert.equal(text.includes(`Your login is ${OLGA.email}`), accepted);
      })
    );
  }
});

Deno.test("a suspended company is not welcomed, nor an owner whose link has ended", async () => {
  const invited = registration({ owner: { ...OLGA, passwordHash: null } });
  for (const suspended of [false, true]) {
    await withMailServer((server) =>
      withStore(async (store) => {
        const made = await registered(store, invited);
        const dispatcher = mailer(store, smtp(server.url));
        if (suspended) await suspend({ store, owner: made } as never);
        else dispatcher.now = MONDAY + TTL.invite;
        await dispatcher.run();
        assert.deepEqual(server.mails, []);
        assert.deepEqual(dispatcher.counts, { "outbox.dropped": 1 });
      })
    );
  }
});

Deno.test("without a mail server the link stands in the log of this machine, and never in that of a public instance", () =>
  withStore(async (store) => {
    for (const reveal of [true, false]) {
      const company = await companyWithoutMail(store);
      const secret = await invite(company, {
        ...MIKA,
        email: `mika-${reveal}@alder.example`,
      });
      const lines: Record<string, unknown>[] = [];
      const send = logSender((line) => lines.push(line), () => MONDAY, reveal);
      const dispatcher = mailer(store, send);
      await dispatcher.run();
      assert.equal(lines.length, 1);
      const line = JSON.stringify(lines);
      assert.equal(line.includes(secret), reveal);
      assert.equal(line.includes(`mika-${reveal}@alder.example`), reveal);
      assert.deepEqual(dispatcher.counts, {
        [reveal ? "outbox.delivered" : "outbox.dropped"]: 1,
      });
    }
  }));

Deno.test("a letter's parts hold the same, and nothing in it is markup", () => {
  const { text, html, subject } = writeLetter({
    subject: "One\r\nTwo",
    opening: ["<b>\"bold\"</b> & 'more'"],
    link: { words: "Go <on>", url: "https://a.example/?a=1&b=2" },
    rest: ["After", ["<i>first</i>", "second"]],
  });
  assert.equal(subject, "One Two");
  assert.equal(
    text,
    "<b>\"bold\"</b> & 'more'\n\nGo <on>:\nhttps://a.example/?a=1&b=2\n\nAfter\n\n- <i>first</i>\n- second\n",
  );
  assert.ok(
    html.includes(
      "<p>&lt;b&gt;&quot;bold&quot;&lt;/b&gt; &amp; &#39;more&#39;</p>",
    ),
  );
  assert.ok(html.includes('href="https://a.example/?a=1&amp;b=2"'));
  assert.ok(html.includes("<li>&lt;i&gt;first&lt;/i&gt;</li>"));
  assert.equal(oneLine(" a\u2028b\u0000\tc "), "a b c");
});
