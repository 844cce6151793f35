import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import type { BuildManifest } from "../../tasks/write_static.ts";
import { eventually } from "../system/eventually.ts";
import { withPatchedBuild } from "../system/patched_build.ts";
import { ROOT, startServer } from "../system/server_process.ts";
import { type FieldDay, withFieldDay } from "./field_day.ts";
import {
  editLead,
  openOrder,
  readDevice,
  seeAllReceived,
  seeUnsent,
} from "./field_work.ts";
import { click, fill, press, readPage, see } from "./on_page.ts";
import { lookBelow } from "./take_photo.ts";

/** What the next version says: it stands in the module that every field page loads, so that all of them get another name. */
const NEXT_WORDS = "All is received";

const OFFER = "A new version is ready.";

/** Paths of a build's modules. */
async function modulesOf(root: URL): Promise<Set<string>> {
  const text = await Deno.readTextFile(new URL("_fresh/manifest.json", root));
  const { files }: BuildManifest = JSON.parse(text);
  return new Set(
    files.map(({ path }) => path).filter((path) => path.endsWith(".js")),
  );
}

/** Paths of the modules that a page has loaded so far. */
async function loadedBy(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    performance.getEntriesByType("resource")
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.startsWith("/_fresh/"))
  );
}

/** The page runs one version: every module that it loaded is of this build. */
async function checkVersion(page: Page, build: Set<string>): Promise<void> {
  const loaded = await loadedBy(page);
  assert.ok(loaded.length > 2, `${page.url()} loaded ${loaded}`);
  for (const path of loaded) {
    assert.ok(build.has(path), `${path} is of another version`);
  }
}

/** Paths of the modules that the phone keeps. */
async function keptModules(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const kept: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) {
        const { pathname } = new URL(url);
        if (pathname.endsWith(".js")) kept.push(pathname);
      }
    }
    return kept;
  });
}

/** The server begins anew with another build, at the same address. */
async function deploy(day: FieldDay, root: URL): Promise<void> {
  await day.server.stop();
  const port = Number(new URL(day.server.origin).port);
  day.server = await startServer(day.kv, port, {}, null, ["-A"], root);
}

/** How the browser calls a page. */
async function clientOf(page: Page): Promise<string | undefined> {
  return await page.evaluate(() =>
    navigator.locks.request(crypto.randomUUID(), async (lock) => {
      const { held = [] } = await navigator.locks.query();
      return held.find(({ name }) => name === lock?.name)?.clientId;
    })
  );
}

/** Waits until somebody who is no page wants to be the one that nobody sends beside: the version that waits. */
async function seeWorkerWait(pages: Page[]): Promise<void> {
  const known = await Promise.all(pages.map(clientOf));
  await eventually("the new version waits for the answer", async () => {
    const waiting = await pages[0]?.evaluate(async () => {
      const { pending = [] } = await navigator.locks.query();
      return pending.filter(({ name }) => name?.endsWith(":drain"))
        .map(({ clientId }) => clientId);
    });
    return waiting?.some((id) => !known.includes(id)) ?? false;
  });
}

/** Forgets what the browser keeps besides the app's own caches, as a phone does that needs room. */
async function clearHttpCache(page: Page): Promise<void> {
  const cdp = await page.createCDPSession();
  await cdp.send("Network.clearBrowserCache");
  await cdp.detach();
}

/** Whether the next version still waits, and the page has the worker that it had. */
const nextWaits = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const { controller } = navigator.serviceWorker;
    return !!registration?.waiting && controller === registration.active;
  });

/** Loses the network, works, and has it back with every answer to what is sent held up. */
async function beginReplay(day: FieldDay): Promise<void> {
  const { phone, proxy, origin, page, orders, lead } = day;
  // The worker stays out of it.
  await phone.browser.defaultBrowserContext().setPermission(origin, {
    permission: { name: "background-sync" },
    state: "denied",
  });
  proxy.cut();
  await editLead(page, origin, lead, { need: "Wants a heat pump" });
  await openOrder(page, origin, orders[0]);
  await press(page, "Start");
  await seeUnsent(page, 2);
  await page.goto(`${origin}/client/today`);
  const posts = proxy.syncPosts;
  proxy.meet(Infinity);
  proxy.pass();
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await eventually(
    "the replay is under way",
    () => proxy.syncPosts === posts + 1,
  );
}

async function update(day: FieldDay, root: URL): Promise<void> {
  const { phone, proxy, origin, office, page, orders, lead } = day;
  const [before, after] = await Promise.all([ROOT, root].map(modulesOf));
  assert.ok(before && after);
  const other = await phone.newPage();
  await other.goto(`${origin}/client/orders/${orders[1]}`);
  await seeAllReceived(other);
  await page.bringToFront();
  await beginReplay(day);
  await deploy(day, root);

  // What is opened from now on is the new version, whole, while the old one's worker still stands between.
  const fresh = await phone.newPage();
  await fresh.goto(`${origin}/client/leads`);
  await see(fresh, OFFER);
  await checkVersion(fresh, after);
  await page.bringToFront();
  await see(page, OFFER);
  await see(other, OFFER);
  await press(page, "Use it");
  await see(page, "it begins as soon as the office has answered");
  await seeWorkerWait([page, other, fresh]);
  assert.ok(await nextWaits(page));
  assert.equal((await readDevice(page))?.unsent, 2);
  await checkVersion(page, before);

  const reloaded = page.waitForNavigation();
  proxy.meet(0);
  await reloaded;
  await see(page, NEXT_WORDS);
  await checkVersion(page, after);
  await seeUnsent(page, 0);
  assert.equal((await office.lead(lead)).fields.need, "Wants a heat pump");
  assert.equal((await office.lead(lead)).version, 2);
  const { status, version } = await office.order(orders[0]);
  assert.deepEqual([status, version], ["RUNNING", 2]);

  // The tab that nobody loaded again goes on with its own parts, also without a network.
  await other.bringToFront();
  assert.match(await readPage(other), new RegExp(OFFER));
  assert.ok(!(await loadedBy(other)).some((path) => /Pictures/.test(path)));
  await clearHttpCache(other);
  proxy.cut();
  await lookBelow(other);
  await fill(other, { notes: "The fan hums" });
  await click(other, 'button[name="action"][value="SAVE"]');
  await seeUnsent(other, 1);
  proxy.pass();
  await other.evaluate(() => dispatchEvent(new Event("focus")));
  await seeAllReceived(other);
  await checkVersion(other, before);
  const noted = await office.order(orders[1]);
  assert.deepEqual([noted.notes, noted.version], ["The fan hums", 2]);

  await phone.switchOff();
  proxy.cut();
  await phone.switchOn();
  const cold = await phone.newPage();
  await openOrder(cold, origin, orders[1]);
  await lookBelow(cold);
  await see(cold, NEXT_WORDS);
  await checkVersion(cold, after);

  // A version that is taken back is an update like any other, and with one tab nothing of another one is kept.
  await deploy(day, ROOT);
  proxy.pass();
  await cold.goto(`${origin}/client/today`);
  await see(cold, OFFER);
  await Promise.all([cold.waitForNavigation(), press(cold, "Use it")]);
  await seeAllReceived(cold);
  await checkVersion(cold, before);
  await eventually(
    "only one version is kept",
    async () => (await keptModules(cold)).every((path) => before.has(path)),
  );
}

Deno.test({
  name:
    "a new version waits for the answer to what is being sent, and no tab ever runs two",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withPatchedBuild(
      [{
        file: "components/SyncPill.tsx",
        from: '? ["All received", at]',
        to: `? ["${NEXT_WORDS}", at]`,
      }],
      (root) => withFieldDay((day) => update(day, root)),
    ),
});
