import assert from "node:assert/strict";
import { stageTest } from "./field_day.ts";
import { readPage, see } from "./on_page.ts";
import { Desk, sessionCookie } from "./office.ts";
import {
  acceptInvite,
  inviteWorker,
  logIn,
  OWNER,
  signUpCompany,
  WORKER,
} from "./people.ts";

interface Me {
  user: {
    id: string;
    orgId: string;
    tenantId: string;
    space: string;
    roles: string[];
  };
  features: string[];
  memberships: { tenantId: string }[];
}

stageTest("a company signs up and lands on its dashboard", async (stage) => {
  const page = await stage.phone.newPage();
  await signUpCompany(page, stage.origin);
  const desk = new Desk(stage.server.origin, await sessionCookie(page));
  const { user, features, memberships } = await desk.read<Me>("/api/me");
  assert.equal(
    page.url(),
    `${stage.origin}/tenant/${user.tenantId}/client/dashboard`,
  );
  await see(page, `Hello, ${OWNER.name.split(" ")[0]}`);
  await page.goto(`${stage.origin}/client/leads`);
  await see(page, "Sample: Hanna Berg");
  await see(page, "Gas boiler");
  assert.match(user.id, /^usr_[0-9A-Z]{26}$/);
  assert.match(user.orgId, /^org_[0-9A-Z]{26}$/);
  assert.match(user.tenantId, /^ten_[0-9A-Z]{26}$/);
  assert.equal(user.space, "CLIENT");
  assert.deepEqual(user.roles, ["OWNER"]);
  assert.deepEqual([...features].sort(), [
    "clock",
    "leadOrders",
    "leads",
    "workOrders",
  ]);
  assert.deepEqual(memberships.map((one) => one.tenantId), [user.tenantId]);
});

stageTest(
  "an invited worker sets a password by the link, which works once, and logs in",
  async (stage) => {
    const { origin, phone } = stage;
    const desk = await phone.newStranger();
    await signUpCompany(desk, origin);
    const link = await inviteWorker(desk, origin);
    const machine = await phone.newStranger();
    await acceptInvite(machine, link);
    assert.match(
      machine.url(),
      /\/tenant\/ten_[0-9A-Z]{26}\/client\/dashboard$/,
    );

    const again = await phone.newStranger();
    const answer = await again.goto(link);
    assert.equal(answer?.status(), 404);
    assert.match(await readPage(again), /does not work any more/);

    const page = await phone.newPage();
    await logIn(page, origin);
    const me = new Desk(stage.server.origin, await sessionCookie(page));
    const { user } = await me.read<Me>("/api/me");
    assert.deepEqual(user.roles, ["WORKER"]);
    await see(page, `Hello, ${WORKER.name.split(" ")[0]}`);
  },
);
