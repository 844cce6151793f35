import type { Page } from "puppeteer-core";
import { fill, find, press, submit } from "./on_page.ts";

/** Somebody with a login. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Who signs the company up. */
export const OWNER: Person = {
  name: "Ines Kowalczyk",
  email: "ines@brightwater.example",
  password: "a kettle on the roof",
};

/** Who works in the field. */
export const WORKER: Person = {
  name: "Mateo Alvarez",
  email: "mateo@brightwater.example",
  password: "seven copper pipes",
};

/** Somebody else who works in the field. */
export const OTHER_WORKER: Person = {
  name: "Signe Brandt",
  email: "signe@brightwater.example",
  password: "blue valve on the left",
};

/** Signs a company up by the public form; ends on its dashboard. */
export async function signUpCompany(
  page: Page,
  origin: string,
  owner: Person = OWNER,
  company = "Brightwater Heating",
): Promise<void> {
  await page.goto(`${origin}/signup`);
  await fill(page, { company, ...owner });
  await submit(page, "Create the company");
}

/**
 * Invites a worker, as the owner.
 *
 * @returns the one-time link
 */
export async function inviteWorker(
  page: Page,
  origin: string,
  { name, email }: Person = WORKER,
  role = "WORKER",
): Promise<string> {
  await page.goto(`${origin}/client/team`);
  await fill(page, { name, email, role });
  await submit(page, "Make the link");
  return await page.$eval(
    '[name="link"]',
    (field) => (field as HTMLTextAreaElement).value,
  );
}

/** Sets a password by a one-time link; ends on the dashboard. */
export async function acceptInvite(
  page: Page,
  link: string,
  { password }: Person = WORKER,
): Promise<void> {
  await page.goto(link);
  await fill(page, { password });
  await submit(page, "Set the password and start");
}

/** Logs in on the page that stands open. */
export async function fillInLogin(
  page: Page,
  { email, password }: Person = WORKER,
): Promise<void> {
  await fill(page, { email, password });
  await submit(page, "Log in");
}

/** Logs in; ends on the dashboard. */
export async function logIn(
  page: Page,
  origin: string,
  person: Person = WORKER,
): Promise<void> {
  await page.goto(`${origin}/login`);
  await fillInLogin(page, person);
}

/** Logs out by the account page; ends at the login. */
export async function logOut(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/account`);
  await Promise.all([
    page.waitForNavigation({ waitUntil: "load" }),
    press(page, "Log out"),
  ]);
}

/** What is planned of an order; what is left out stays as the form has it. */
export interface Plan {
  title: string;
  customer: string;
  kind: "repair" | "service" | "visit" | "install";
  assigneeId: string;
  time?: string;
}

/**
 * Plans an order for today, as the owner.
 *
 * @returns its id
 */
export async function planOrder(
  page: Page,
  origin: string,
  plan: Plan,
): Promise<string> {
  await page.goto(`${origin}/client/orders/new`);
  await fill(page, { address: "41 Alder Court, Eastmere", ...plan });
  await submit(page, "Save the plan");
  return lastPart(page.url());
}

/**
 * Takes a lead down by the form; nobody has it yet where the owner does.
 *
 * @returns its id
 */
export async function makeLead(
  page: Page,
  origin: string,
  values: Record<string, string>,
): Promise<string> {
  await page.goto(`${origin}/client/leads/new`);
  await fill(page, values);
  await submit(page, "Save");
  // Not the first row: a new company has a sample, which is there before this one.
  const row = await find(
    page,
    `::-p-xpath(//main//a[contains(@href, "/client/leads/lead_")][contains(., "${values.name}")])`,
  );
  return lastPart(
    await row.evaluate((link) => (link as HTMLAnchorElement).href),
  );
}

function lastPart(url: string): string {
  return new URL(url).pathname.split("/").at(-1) ?? "";
}
