import { createOrder } from "../lib/field/create_order.ts";
import { runChange, runOnce } from "../lib/field/run_change.ts";
import { addDays, localTime } from "../lib/model/calendar.ts";
import type { FieldValues } from "../lib/model/form.ts";
import type { Me } from "../lib/model/spaces.ts";
import { readSettings } from "../lib/store/settings.ts";
import { TenantStore } from "../lib/store/tenant_store.ts";
import { createTenant } from "../lib/tenancy/create_tenant.ts";
import { makeHours } from "./demo_hours.ts";
import {
  audit,
  callOf,
  type DemoLogin,
  letIn,
  type Making,
  must,
  mustDo,
  newId,
  PASSWORD,
} from "./demo_making.ts";

const COMPANY = "Brightwater Heating";
const TIME_ZONE = "Europe/Berlin";

const OWNER = { name: "Ines Kowalczyk", email: "ines@brightwater.example" };
const TEAM = [
  {
    name: "Dora Lindgren",
    email: "dora@brightwater.example",
    role: "DISPATCHER",
  },
  { name: "Mateo Alvarez", email: "mateo@brightwater.example", role: "WORKER" },
  { name: "Signe Brandt", email: "signe@brightwater.example", role: "WORKER" },
  { name: "Kofi Mensah", email: "kofi@brightwater.example", role: "WORKER" },
  {
    name: "Ruth Adeyemi",
    email: "ruth@brightwater.example",
    role: "ACCOUNTANT",
  },
];

const JOBS: [title: string, customer: string, address: string, kind: string][] =
  [
    [
      "Heat pump shows fault E7",
      "Clara Whitcombe",
      "41 Alder Court, Eastmere",
      "repair",
    ],
    [
      "Yearly service, two units",
      "Larkfield Dental",
      "8 Mill Lane, Eastmere",
      "service",
    ],
    ["Duct fan is loud", "Bakery Sorensen", "2 Market Row, Eastmere", "repair"],
    ["Thermostat swap", "T. Okonjo", "117 Harbour Row, Eastmere", "service"],
    [
      "Visit for a new heat pump",
      "Rosa Delgado",
      "9 Fennel Street, Eastmere",
      "visit",
    ],
    [
      "Split unit, bedroom",
      "J. and P. Lindqvist",
      "3 Quarry Steps, Northam",
      "install",
    ],
  ];
const TIMES = ["08:00", "09:30", "11:00", "13:00", "14:30", "16:00"];
const MINUTES = 75;
/** Of today, at most so many are finished when the demo begins, so that there is work left to try. */
const DONE_TODAY = 3;

const FIRST = [
  "Anna",
  "Ben",
  "Carla",
  "David",
  "Ella",
  "Femi",
  "Greta",
  "Hugo",
  "Ida",
  "Jonas",
];
const LAST = [
  "Achterberg",
  "Blanc",
  "Carvalho",
  "Dahl",
  "Ekholm",
  "Farrelly",
  "Haddad",
];
const STREETS = [
  "Alder Court",
  "Mill Lane",
  "Harbour Row",
  "Fennel Street",
  "Quarry Steps",
];
const STEPS = ["new", "call", "visit", "offer"];

/**
 * Makes a company at work: people, two weeks of orders, hours, leads; through the use cases that the product has anyway.
 */
export async function makeDemoCompany(making: Making): Promise<DemoLogin[]> {
  const now = making.now();
  const { tenantId, orgId, ownerId } = must(
    await createTenant(making, {
      plan: "team",
      industry: "hvac",
      externalCustomerId: "demo",
      company: COMPANY,
      timeZone: TIME_ZONE,
      owner: { ...OWNER, passwordHash: await making.passwords.hash(PASSWORD) },
      sample: false,
    }, audit(now, null)),
  );
  if (ownerId === null) throw new Error("The demo's company has no owner");
  const owner: Me = {
    id: ownerId,
    orgId,
    tenantId,
    space: "CLIENT",
    roles: ["OWNER"],
    name: OWNER.name,
    company: COMPANY,
    timeZone: TIME_ZONE,
  };
  const workers: Me[] = [];
  for (const person of TEAM) {
    const id = await letIn(making, owner, person);
    if (person.role !== "WORKER") continue;
    workers.push({ ...owner, id, roles: ["WORKER"], name: person.name });
  }
  const tenant = new TenantStore(making.store, orgId);
  const settings = await readSettings(tenant);
  const call = (
    at: number,
    subject: Me,
    change: Parameters<typeof callOf>[3],
  ) => callOf(settings, at, subject, change);

  const { day, time } = localTime(TIME_ZONE, now);
  const minutesOf = (at: string) =>
    Number(at.slice(0, 2)) * 60 + Number(at.slice(3));
  for (let offset = -3; offset <= 10; offset++) {
    for (const [who, worker] of workers.entries()) {
      for (let slot = 0; slot < (offset === 0 ? 6 : 3); slot++) {
        const job = JOBS[(slot + who * 2 + Math.abs(offset)) % JOBS.length];
        if (job === undefined) continue;
        const [title, customer, address, kindId] = job;
        const kind = settings.template.orderKinds.find((kind) =>
          kind.id === kindId
        ) ?? null;
        const id = newId("wo", now);
        const fields: FieldValues = {
          title,
          customer,
          address,
          phone: "555 0142",
          brief: slot === 0
            ? "Ring twice. The key is with the neighbour."
            : null,
          day: addDays(day, offset),
          time: TIMES[slot] ?? "16:00",
          minutes: MINUTES,
          assigneeId: worker.id,
        };
        const planned = call(now, owner, {
          method: "POST",
          route: "/api/client/work-orders",
          payload: { id, fields },
        });
        mustDo(
          await runOnce(
            tenant,
            planned,
            (c) => createOrder(c, { id, kind, fields }),
          ),
        );
        const ago = minutesOf(time) - minutesOf(String(fields.time));
        const passed = offset < 0 ||
          (offset === 0 && slot < DONE_TODAY && ago >= MINUTES);
        if (passed) {
          const items = kind?.checklist.map((item) => item.id) ?? [];
          await finish(id, items, now + offset * 86400_000 - ago * 60_000);
        }
      }
    }
  }

  async function finish(
    id: string,
    items: string[],
    at: number,
  ): Promise<void> {
    const route = `/api/client/work-orders/${id}`;
    const ticked = Object.fromEntries(
      items.map((item) => [`check:${item}`, true]),
    );
    const ways = [
      call(at, owner, { method: "PATCH", route, payload: { fields: ticked } }),
      call(at, owner, {
        method: "POST",
        route: `${route}/transitions`,
        payload: { action: "START" },
      }),
      call(at + MINUTES * 60_000, owner, {
        method: "POST",
        route: `${route}/transitions`,
        payload: { action: "DONE" },
      }),
    ];
    for (const [i, way] of ways.entries()) {
      mustDo(await runChange(tenant, way, { version: i + 1 }));
    }
  }

  for (let i = 0; i < 60; i++) {
    const at = now - (60 - i) * 3600_000;
    const fields: FieldValues = {
      name: `${FIRST[i % FIRST.length]} ${LAST[i % LAST.length]}`,
      phone: `555 ${String(1000 + i * 7)}`,
      email: null,
      address: `${i + 1} ${STREETS[i % STREETS.length]}, Eastmere`,
      step: STEPS[i % STEPS.length] ?? "new",
      stepBy: addDays(day, i % 9),
      system: "gas",
      systemYear: 1990 + i % 30,
      noHeat: i % 12 === 0,
      need: "Asked about a heat pump. Wants to keep the radiators.",
    };
    mustDo(
      await runChange(
        tenant,
        call(at, owner, {
          method: "POST",
          route: "/api/client/leads",
          payload: { id: newId("lead", at), fields },
        }),
        null,
      ),
    );
  }
  await makeHours(making, workers);
  return [{ ...OWNER, role: "OWNER" }, ...TEAM].map((person) => ({
    ...person,
    role: person.role.toLowerCase(),
    password: PASSWORD,
    company: COMPANY,
  }));
}
