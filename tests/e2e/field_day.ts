import { eventually } from "../system/eventually.ts";
import type { Page } from "puppeteer-core";
import { Phone } from "../system/phone.ts";
import { openProxy, type Proxy } from "../system/proxy.ts";
import {
  ROOT,
  type ServerProcess,
  startServer,
} from "../system/server_process.ts";
import { getReady } from "./field_work.ts";
import { Desk, sessionCookie } from "./office.ts";
import {
  acceptInvite,
  inviteWorker,
  logIn,
  makeLead,
  OWNER,
  type Person,
  planOrder,
  signUpCompany,
  WORKER,
} from "./people.ts";

/** A product that runs, a door in front of it, and a phone. */
export interface Stage {
  /** The store's file. */
  kv: string;
  server: ServerProcess;
  proxy: Proxy;
  /** What the phone takes for the server. */
  origin: string;
  phone: Phone;
  /** Does something when the test is over, however it ends. */
  after(clean: () => Promise<unknown>): void;
}

/** A company with work for today, and a worker whose phone is ready to lose the network. */
export interface FieldDay extends Stage {
  /** The owner's requests, which reach the server always. */
  office: Desk;
  /** The worker's own, on another session. */
  worker: Desk & { id: string };
  /** Two repairs of today; the phone never opened either. */
  orders: [string, string];
  /** A lead that everybody may take. */
  lead: string;
  /** The phone's one open tab. */
  page: Page;
}

/** The lead as the office took it down. */
export const LEAD = {
  name: "Clara Whitcombe",
  phone: "555 0142",
  step: "call",
  need: "Asked about a heat pump.",
};

async function checkBuild(root: URL): Promise<void> {
  try {
    await Deno.stat(new URL("_fresh/server.js", root));
  } catch {
    throw new Error("There is no build to test: run `deno task build` first.");
  }
}

/** Runs something with a server, a proxy and a phone of its own. @param root of another build than this tree's */
export async function withStage(
  run: (stage: Stage) => Promise<void>,
  root = ROOT,
): Promise<void> {
  await checkBuild(root);
  const cleaning: (() => Promise<unknown>)[] = [];
  try {
    const folder = await Deno.makeTempDir({ prefix: "streamflow-e2e-" });
    cleaning.push(() => Deno.remove(folder, { recursive: true }));
    const kv = `${folder}/store.sqlite3`;
    const server = await startServer(kv, 0, {}, null, ["-A"], root);
    const proxy = openProxy(server.origin);
    const stage: Stage = {
      kv,
      server,
      proxy,
      origin: proxy.origin,
      phone: await Phone.buy(),
      after: (clean) => cleaning.push(clean),
    };
    cleaning.push(
      () => stage.server.stop("SIGKILL"),
      () => Promise.resolve(proxy.close()),
      () => stage.phone.discard(),
    );
    try {
      await run(stage);
    } catch (error) {
      throw new Error(await stage.phone.describe(), { cause: error });
    }
  } finally {
    for (const clean of cleaning.reverse()) await clean();
  }
}

/** Declares a test with a server, a proxy and a phone of its own. */
export function stageTest(
  name: string,
  run: (stage: Stage) => Promise<void>,
): void {
  Deno.test({
    name,
    // The browser's pipes are closed by its own end, which the sanitizers cannot see.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withStage(run),
  });
}

/** A session of somebody, made on a machine of their own. */
export async function sitDown(stage: Stage, person: Person): Promise<Desk> {
  const page = await stage.phone.newStranger();
  await logIn(page, stage.origin, person);
  const desk = new Desk(stage.server.origin, await sessionCookie(page));
  await page.browserContext().close();
  return desk;
}

/** Signs a company up, with one worker and work for today; the worker's phone has been online once. */
export async function prepareDay(stage: Stage): Promise<FieldDay> {
  const { origin, phone, server } = stage;
  const desk = await phone.newStranger();
  await signUpCompany(desk, origin);
  const office = new Desk(server.origin, await sessionCookie(desk));
  const worker = await hire(stage, desk, WORKER);
  const plan = {
    customer: "Larkfield Dental",
    kind: "repair",
    assigneeId: worker.id,
  } as const;
  const orders: [string, string] = [
    await planOrder(desk, origin, {
      ...plan,
      title: "Heat pump shows fault E7",
      time: "08:00",
    }),
    await planOrder(desk, origin, {
      ...plan,
      title: "Duct fan is loud",
      time: "10:30",
    }),
  ];
  const lead = await makeLead(desk, origin, LEAD);
  // Saved on the desk's own device first: the office has it a moment later.
  await eventually(
    "the office has the lead",
    async () => (await office.leads()).some(({ id }) => id === lead),
  );
  await desk.browserContext().close();
  const page = await phone.newPage();
  await logIn(page, origin, WORKER);
  await getReady(page, origin);
  return { ...stage, office, worker, orders, lead, page };
}

/** Invites a person, who accepts on another machine. @param desk where the owner is logged in */
export async function hire(
  stage: Stage,
  desk: Page,
  person: Person,
): Promise<Desk & { id: string }> {
  const link = await inviteWorker(desk, stage.origin, person);
  const machine = await stage.phone.newStranger();
  await acceptInvite(machine, link, person);
  const own = new Desk(stage.server.origin, await sessionCookie(machine));
  await machine.browserContext().close();
  const { user } = await own.read<{ user: { id: string } }>("/api/me");
  return Object.assign(own, { id: user.id });
}

/** Runs something on a day in the field. @param root of another build than this tree's */
export async function withFieldDay(
  run: (day: FieldDay) => Promise<void>,
  root = ROOT,
): Promise<void> {
  // The server and the phone can be others when the test ends: both objects have to name the present ones.
  await withStage(async (stage) => {
    const day = await prepareDay(stage);
    try {
      await run(day);
    } finally {
      stage.server = day.server;
    }
  }, root);
}

/** Declares a test on a day in the field. */
export function fieldTest(
  name: string,
  run: (day: FieldDay) => Promise<void>,
): void {
  Deno.test({
    name,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withFieldDay(run),
  });
}

export { OWNER, WORKER };
