import type { ElementHandle, Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";

// What a person does on any page. Buttons are found as a screen reader finds them. Puppeteer's own ways of waiting
// run scripts in the page, and so would wait for ever where scripts are off.

/** Waits until the selector finds something that can be seen. */
export async function find(
  page: Page,
  selector: string,
): Promise<ElementHandle<Element>> {
  return await eventually(`${selector} is on ${page.url()}`, async () => {
    const element = await page.$(selector);
    return await element?.isVisible() ? element : null;
  });
}

/**
 * Clicks what the selector finds, from under the bars that stand over the page's edges, when it stands still: what comes
 * late would move it away from under the click.
 */
export async function click(page: Page, selector: string): Promise<void> {
  let place = "";
  const element = await eventually(
    `${selector} stands still on ${page.url()}`,
    async () => {
      const found = await find(page, selector);
      await found.evaluate((shown) =>
        shown.scrollIntoView({ block: "center" })
      );
      const before = place;
      place = JSON.stringify(await found.boundingBox());
      return place === before && found;
    },
  );
  await element.click();
}

/** Presses the button with this name. */
export async function press(page: Page, name: string): Promise<void> {
  await click(page, `::-p-aria([name="${name}"][role="button"])`);
}

/** Presses the button with this name, and waits for the page that it leads to. */
export async function submit(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), press(page, name)]);
}

/** Fills in fields of a form, by their names: writes over what they hold, or chooses. */
export async function fill(
  page: Page,
  values: Record<string, string>,
): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const field = await find(page, `[name="${name}"]`);
    const written = await field.evaluate((element, value) => {
      const input = element as HTMLInputElement;
      input.focus();
      if (/^(text|email|password|tel|search|textarea)$/.test(input.type)) {
        input.select();
        return false;
      }
      // Choices, dates and times have no text to write over.
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    }, value);
    if (!written) await page.keyboard.sendCharacter(value);
  }
}

/** Follows the link to a path. */
export async function follow(page: Page, path: string): Promise<void> {
  await Promise.all([
    page.waitForNavigation(),
    click(page, `main a[href="${path}"]`),
  ]);
}

/** Waits until something with this text is there. */
export async function see(page: Page, text: string): Promise<void> {
  await eventually(
    `"${text}" is on ${page.url()}`,
    async () => (await readPage(page)).includes(text),
  );
}

/** Everything that a person can read on the page. */
export async function readPage(page: Page): Promise<string> {
  return await page.evaluate(() => document.body.innerText);
}
