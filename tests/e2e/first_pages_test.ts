import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { PHONE_SCREEN } from "../system/chromium.ts";
import { stageTest } from "./field_day.ts";
import { fill, see, submit } from "./on_page.ts";
import { fillInLogin, inviteWorker, OWNER, signUpCompany } from "./people.ts";

/** An element as the browser draws it: its place, and each property with its value. */
type Drawn = Record<string, string>;

/** Every element of a page, as it is drawn. */
async function drawn(page: Page): Promise<Drawn[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll("html, body, body :not(link, symbol *)")].map(
      (element) => {
        const style = getComputedStyle(element);
        const { x, y, width, height } = element.getBoundingClientRect();
        return {
          element: `${element.localName}.${element.getAttribute("class")}`,
          place: [x, y, width, height].join(" "),
          ...Object.fromEntries(
            // A variable is seen where it is used.
            [...style].filter((name) => !name.startsWith("--"))
              .map((name) => [name, style.getPropertyValue(name)]),
          ),
        };
      },
    )
  );
}

/** What differs, in words. */
function differences(before: Drawn[], after: Drawn[]): string[] {
  assert.equal(before.length, after.length);
  return before.flatMap((drawn, i) =>
    Object.entries(after[i] ?? {}).flatMap(([name, value]) =>
      drawn[name] === value
        ? []
        : `${drawn["element"]} ${name}: ${drawn[name]}, then ${value}`
    )
  );
}

stageTest(
  "the first pages look the same before their stylesheet has come, and after",
  async (stage) => {
    const { origin, phone } = stage;
    const desk = await phone.newStranger();
    await signUpCompany(desk, origin);
    const link = await inviteWorker(desk, origin);
    const page = await phone.newStranger();
    let withStyles = true;
    let asked = 0;
    await page.setRequestInterception(true);
    page.on("request", async (request) => {
      const isStyles = new URL(request.url()).pathname === "/styles.css";
      if (isStyles) asked++;
      if (isStyles && !withStyles) await request.abort();
      else await request.continue();
    });
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) {
        complaints.push(message.text());
      }
    });
    const looks: [name: string, open: () => Promise<unknown>][] = [
      ["login", () => page.goto(`${origin}/login`)],
      ["signup", () => page.goto(`${origin}/signup`)],
      ["invite", () => page.goto(link)],
      ["used invite", () => page.goto(`${origin}/invite/used`)],
      ["a wrong password", async () => {
        await page.goto(`${origin}/login`);
        await fillInLogin(page, { ...OWNER, password: "not this one" });
        await see(page, "That did not work.");
      }],
      ["a refused sign-up", async () => {
        await page.goto(`${origin}/signup`);
        await fill(page, { company: "Twice", ...OWNER });
        await submit(page, "Create the company");
        await see(page, "Email");
      }],
    ];
    for (const screen of [PHONE_SCREEN, { width: 1280, height: 800 }]) {
      await page.setViewport(screen);
      for (const [name, open] of looks) {
        withStyles = false;
        await open();
        const before = await drawn(page);
        withStyles = true;
        await open();
        assert.deepEqual(
          differences(before, await drawn(page)),
          [],
          `${name} at ${screen.width}`,
        );
      }
    }
    assert.ok(asked >= 4 * looks.length, "the whole stylesheet is fetched too");
    assert.deepEqual(complaints, []);
  },
);
