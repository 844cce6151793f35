import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { fieldTest, hire, LEAD, OWNER } from "./field_day.ts";
import { fill, readPage, see } from "./on_page.ts";
import { logIn, logOut, OTHER_WORKER } from "./people.ts";

fieldTest(
  "a logout takes what other tabs show of the person, whoever logs in next",
  async (day) => {
    const { phone, origin, page, orders, lead } = day;
    const desk = await phone.newStranger();
    await logIn(desk, origin, OWNER);
    await hire(day, desk, OTHER_WORKER);
    await desk.browserContext().close();
    const paths = [
      `orders/${orders[0]}`,
      `leads/${lead}`,
      "today",
      "orders",
      "leads",
    ];
    const tabs: Page[] = [];
    for (const path of paths) {
      const tab = await phone.newPage();
      await tab.goto(`${origin}/client/${path}`);
      await see(tab, "All received");
      tabs.push(tab);
    }
    // In the middle of a sentence.
    await tabs[1]?.bringToFront();
    if (tabs[1]) await fill(tabs[1], { need: "Wants a heat pump" });
    await page.bringToFront();
    await logOut(page, origin);
    const secrets = [
      LEAD.name,
      LEAD.phone,
      "Larkfield",
      "fault E7",
      "heat pump",
    ];
    const check = async () => {
      for (const tab of tabs) {
        await see(tab, "Log in when you have a network");
        const text = await readPage(tab) + await tab.title() +
          await tab.$$eval(
            "input:not([type=hidden]), textarea",
            (all) =>
              all.map((field) => (field as HTMLInputElement).value).join(),
          );
        for (const secret of secrets) {
          assert.ok(!text.includes(secret), `${tab.url()}: ${text}`);
        }
      }
    };
    await check();
    await logIn(page, origin, OTHER_WORKER);
    await page.goto(`${origin}/client/today`);
    await see(page, "All received");
    // Whoever looks at them makes them look again.
    for (const tab of tabs) await tab.bringToFront();
    await check();
  },
);
