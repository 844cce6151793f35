import type { Page } from "puppeteer-core";

// What a person does on any page. Buttons and links are found as a screen reader finds them.

/** Presses the button with this name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
}

/** Presses the button with this name, and waits for the page that it leads to. */
export async function submit(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), press(page, name)]);
}

/** Fills in fields of a form, by their names. */
export async function fill(
  page: Page,
  values: Record<string, string>,
): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await page.locator(`[name="${name}"]`).fill(value);
  }
}

/** Follows the link to a path. */
export async function follow(page: Page, path: string): Promise<void> {
  await Promise.all([
    page.waitForNavigation(),
    page.locator(`main a[href="${path}"]`).click(),
  ]);
}

/** Waits until something with this text is there. */
export async function see(page: Page, text: string): Promise<void> {
  await page.locator(`::-p-text(${text})`).setVisibility(null).wait();
}

/** Everything that a person can read on the page. */
export async function readPage(page: Page): Promise<string> {
  return await page.evaluate(() => document.body.innerText);
}
