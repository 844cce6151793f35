import assert from "node:assert/strict";
import {
  countAttempt,
  SIGNUP_PER_ADDRESS,
} from "../../../lib/access/attempts.ts";
import { MONDAY, newCompany, newId } from "../builders.ts";
import { withDoor } from "../door.ts";

const PASSWORD = "correct horse battery";

Deno.test("a sign-up sent twice makes one company and logs its owner in both times", () =>
  withDoor(async (door) => {
    const form = {
      registration: "r".repeat(43),
      company: "Alder Heating",
      industry: "hvac",
      timeZone: "Europe/Berlin",
      name: "Olga Alder",
      email: "Olga@Alder.example",
      password: PASSWORD,
    };
    const answers = await Promise.all(
      [1, 2].map(() => door.ask("POST", "/signup", { form })),
    );
    const places = answers.map((answer) => answer.headers.get("location"));
    assert.match(
      places[0] ?? "",
      /^\/tenant\/ten_[0-9A-Z]{26}\/client\/dashboard$/,
    );
    assert.equal(places[1], places[0]);
    assert.equal((await door.store.list({ prefix: ["tenants"] })).length, 1);
    const bad = await door.ask("POST", "/signup", {
      form: {
        ...form,
        registration: "s".repeat(43),
        email: "no",
        password: "short",
        timeZone: "x",
      },
    });
    const text = await bad.text();
    assert.equal(bad.status, 400);
    assert.ok(!text.includes('short"'));
    assert.equal((await door.store.list({ prefix: ["tenants"] })).length, 1);
  }));

Deno.test("the last sign-up that an address may try is judged, the next one waits", () =>
  withDoor(async (door) => {
    const { max } = SIGNUP_PER_ADDRESS;
    for (let i = 1; i < max; i++) {
      await countAttempt(door.store, SIGNUP_PER_ADDRESS, "localhost", MONDAY);
    }
    const form = {
      registration: "r".repeat(43),
      company: "A",
      industry: "hvac",
      timeZone: "Europe/Berlin",
      name: "O",
      email: "o@a.example",
      password: PASSWORD,
    };
    // What can be seen at once to be wrong costs nothing, and no try.
    const wrong = await door.ask("POST", "/signup", {
      form: { ...form, timeZone: "x" },
    });
    const judged = await door.ask("POST", "/signup", { form });
    const waits = await door.ask("POST", "/signup", { form });
    assert.deepEqual(
      [wrong.status, judged.status, waits.status],
      [400, 303, 429],
    );
    assert.equal(waits.headers.get("retry-after"), "3600");
    for (const { body } of [wrong, judged, waits]) await body?.cancel();
  }));

Deno.test("a page that makes something counts once, however often its form is sent", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const as = company.owner;
    const lead = {
      id: newId("lead"),
      key: newId("op"),
      name: "Petra",
      step: "new",
    };
    const order = {
      id: newId("wo"),
      key: newId("op"),
      kind: "service",
      title: "T",
      customer: "C",
      address: "A",
      day: "2026-11-24",
      time: "08:00",
      minutes: "60",
    };
    for (let i = 0; i < 3; i++) {
      for (
        const [path, form] of [["/client/leads/new", lead], [
          "/client/orders/new",
          order,
        ]] as const
      ) {
        const answer = await door.ask("POST", path, { as, form });
        assert.equal(
          answer.status,
          303,
          `${path}: ${(await answer.text()).slice(0, 200)}`,
        );
      }
    }
    const { keys } = company.tenant;
    assert.equal(
      (await company.tenant.list({ prefix: keys.leadsByUpdated() })).length,
      1,
    );
    assert.equal(
      (await company.tenant.list({ prefix: keys.ordersByDay() })).length,
      1,
    );
  }));
