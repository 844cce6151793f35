import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { type Stage, stageTest } from "./field_day.ts";
import { getReady, REPAIR, seeAllReceived } from "./field_work.ts";
import { Desk, sessionCookie } from "./office.ts";
import { find, readPage, see } from "./on_page.ts";
import { OWNER, WORKER } from "./people.ts";

const ORDER = "Heat pump shows fault E7";
const LEAD = "Clara Whitcombe";

// The main job by somebody who has no mouse and no touch: every page is reached and every control used by keys.

/** What has the focus, as a screen reader says it, and whether it can be seen. */
interface Focused {
  /** Label, or else text. */
  name: string;
  tag: string;
  type: string;
  /** A ring, on itself or on what stands around it. */
  ringed: boolean;
  /** At least a part of it lies on the screen with nothing on top. */
  uncovered: boolean;
}

async function focused(page: Page): Promise<Focused> {
  return await page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement;
    const label = element.labels?.[0]?.innerText;
    const name = element.getAttribute("aria-label") ?? label ??
      (element.innerText || element.textContent || "");
    const hasRing = (one: Element | null) => {
      if (one === null) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    };
    const shown = element.closest("label") ?? element;
    const boxes = [...shown.getClientRects()];
    const uncovered = boxes.some(({ left, right, top, bottom }) => {
      const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
      const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      return shown.contains(document.elementFromPoint(x, y));
    });
    return {
      name: name.replace(/\s+/g, " ").trim(),
      tag: element.tagName.toLowerCase(),
      type: element.type ?? "",
      ringed: hasRing(element) || hasRing(element.closest("label")) ||
        hasRing(element.nextElementSibling),
      uncovered,
    };
  });
}

/** Something has the focus, and it can be seen that it has. */
async function checkFocus(page: Page, what: string): Promise<Focused> {
  // A page that has just opened gives it a moment later.
  const now = await eventually(`something has the focus: ${what}`, async () => {
    const now = await focused(page);
    return now.tag !== "body" && now;
  });
  assert.ok(now.ringed, `${what}: ${JSON.stringify(now)} on ${page.url()}`);
  assert.ok(now.uncovered, `${what}: ${JSON.stringify(now)} on ${page.url()}`);
  return now;
}

/** Tabs on until what has the focus is called so; all that is passed can be seen. */
async function tabTo(page: Page, name: string, tag = ""): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now.tag !== "body") await checkFocus(page, `on the way to ${name}`);
    passed.push(`${now.tag} ${now.name.slice(0, 30)}`);
    if (now.name.startsWith(name) && now.tag.startsWith(tag)) return;
  }
  throw new Error(`No key reaches ${name} on ${page.url()}: ${passed}`);
}

/** Presses Enter on a link or a button that leads to another page. */
async function enter(page: Page, name: string, tag = ""): Promise<void> {
  await tabTo(page, name, tag);
  await Promise.all([
    page.waitForNavigation({ waitUntil: "load" }),
    page.keyboard.press("Enter"),
  ]);
}

/** Writes over what stands in a field; a list of choices goes to what begins so. */
async function type(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name);
  const { tag } = await focused(page);
  if (tag !== "select") {
    await page.keyboard.down("Control");
    await page.keyboard.press("a");
    await page.keyboard.up("Control");
  }
  await page.keyboard.type(text);
}

/** Presses what is called so, on a page that stays, and waits for what comes of it; the focus is not lost. */
async function press(
  page: Page,
  name: string,
  key: "Enter" | "Space",
  done: () => Promise<unknown>,
): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
  await done();
  await checkFocus(page, `after ${name}`);
}

/** Signs up, invites, plans an order and takes a lead down. */
async function workInTheOffice(page: Page, origin: string): Promise<string> {
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(`${origin}/login`);
  await enter(page, "Set up your company");
  await type(page, "Name of the company", "Brightwater Heating");
  await type(page, "Your name", OWNER.name);
  await type(page, "Email", OWNER.email);
  await type(page, "Password", "short");
  await page.$eval("form", (form) => {
    // Only the server refuses then, and its page shows where.
    (form as HTMLFormElement).noValidate = true;
  });
  await enter(page, "Create the company");
  assert.match((await checkFocus(page, "a refused form")).name, /^Password/);
  await page.keyboard.type(OWNER.password);
  await enter(page, "Create the company");

  // The way past the navigation.
  await page.keyboard.press("Tab");
  assert.equal((await checkFocus(page, "first")).name, "Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(
    await page.evaluate(() =>
      document.getElementById("main")?.contains(document.activeElement) ||
      document.activeElement === document.body
    ),
    "the skip link leads past the navigation",
  );

  await enter(page, "Team", "a");
  await type(page, "Name", WORKER.name);
  await type(page, "Email", WORKER.email);
  await enter(page, "Make the link");
  assert.match((await checkFocus(page, "the new link")).name, /^One-time link/);
  const link = await page.$eval(
    '[name="link"]',
    (box) => (box as HTMLTextAreaElement).value.trim(),
  );

  await enter(page, "Orders", "a");
  await enter(page, "New order", "a");
  await type(page, "Kind", "Repair");
  await type(page, "What is to be done", ORDER);
  await type(page, "Name or company", "Larkfield Dental");
  await type(page, "Address", "8 Mill Lane");
  await type(page, "Worker", WORKER.name);
  await enter(page, "Save the plan");

  await enter(page, "Leads", "a");
  await enter(page, "New lead", "a");
  await type(page, "Name", LEAD);
  await enter(page, "Save");
  return link;
}

/** Accepts the invitation, and logs out and in again. */
async function arrive(page: Page, origin: string, link: string): Promise<void> {
  await page.goto(link);
  await type(page, "Choose a password", WORKER.password);
  await enter(page, "Set the password and start");
  await page.goto(`${origin}/account`);
  await enter(page, "Log out", "button");
  await type(page, "Email", WORKER.email);
  await type(page, "Password", "wrong");
  await enter(page, "Log in", "button");
  assert.match((await checkFocus(page, "a refused login")).name, /^Password/);
  await page.keyboard.type(WORKER.password);
  await enter(page, "Log in", "button");
}

/** Clocks in and out, and does an order from its start to its end. */
async function workInTheField(page: Page): Promise<void> {
  await press(page, "Clock in", "Enter", () => see(page, "Clock out"));
  await press(page, "Break", "Space", () => see(page, "Go on"));
  await press(page, "Go on", "Enter", () => see(page, "Break"));

  await enter(page, `Next: ${ORDER}`);
  // A press before the device has its records is a form that the server answers with a new page.
  await find(page, ".top .sync");
  await press(page, "Start", "Enter", () => see(page, "Pause"));
  for (const [done, item] of REPAIR.required.entries()) {
    const label = await page.$eval(
      `label.tick:has(input[value="${item}"])`,
      (label) => (label as HTMLElement).innerText.replace(/\s+/g, " "),
    );
    const words = `${done + 1} of ${REPAIR.points}`;
    await press(page, label, "Space", () => see(page, words));
  }
  await press(
    page,
    "Done",
    "Enter",
    () =>
      eventually(
        "the order is done",
        async () => await page.$('button[value="DONE"]') === null,
      ),
  );
}

/** Changes the same of a lead as the office did meanwhile, and chooses. */
async function resolveConflict(
  page: Page,
  { proxy }: Stage,
  office: Desk,
): Promise<void> {
  await enter(page, "Back");
  await enter(page, "Leads", "a");
  await eventually(
    "the lead is on the phone",
    async () => (await readPage(page)).includes(LEAD),
  );
  proxy.cut();
  await enter(page, LEAD, "a");
  await type(page, "Phone", "555 7001");
  await enter(page, "Save");
  const [lead] = await office.leads();
  await office.changeLead(lead?.id ?? "", { phone: "555 9002" });
  proxy.pass();
  await enter(page, "Changes", "a");
  await see(page, "Somebody else changed the same meanwhile");
  await press(page, "Choose", "Enter", () => see(page, "Choose what stays"));
  await tabTo(page, "This phone");
  await page.keyboard.press("ArrowDown");
  assert.match((await checkFocus(page, "the choice")).name, /^Office/);
  await press(page, "Keep these", "Enter", () => seeAllReceived(page));
  const { fields } = await office.lead(lead?.id ?? "");
  assert.equal(fields.phone, "555 9002");
  await eventually(
    "nothing needs anybody",
    async () => !/Needs you/.test(await readPage(page)),
  );
}

stageTest(
  "the main job is done by keyboard alone, and what has the focus can always be seen",
  async (stage) => {
    const { origin, phone, server } = stage;
    const desk = await phone.newStranger();
    const link = await workInTheOffice(desk, origin);
    const office = new Desk(server.origin, await sessionCookie(desk));
    const page = await phone.newPage();
    await arrive(page, origin, link);
    await getReady(page, origin);
    await workInTheField(page);
    await resolveConflict(page, stage, office);
  },
);
