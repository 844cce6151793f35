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

/** How a browser shows pages. */
const VIEWS = [
  { scheme: "light", screen: PHONE_SCREEN },
  { scheme: "light", screen: { width: 1280, height: 800 } },
  { scheme: "dark", screen: PHONE_SCREEN },
];

/** How many stylesheets have come to a page. */
const sheetsOf = (page: Page) =>
  page.evaluate(() =>
    [...document.styleSheets].filter((sheet) => {
      try {
        return sheet.cssRules.length > 0;
      } catch {
        // What could not be loaded shows nobody its rules.
        return false;
      }
    }).length
  );

stageTest(
  "the first pages look the same with their own styles and with the whole stylesheet",
  async (stage) => {
    const { origin, phone } = stage;
    const desk = await phone.newStranger();
    await signUpCompany(desk, origin);
    const link = await inviteWorker(desk, origin);
    const complaints: string[] = [];
    const listen = (page: Page) =>
      page.on("console", (message) => {
        if (/Content Security Policy/i.test(message.text())) {
          complaints.push(message.text());
        }
      });
    // Each with a memory of its own: what the one has loaded, the other has not.
    const bare = listen(await phone.newStranger());
    const full = listen(await phone.newStranger());
    await bare.setRequestInterception(true);
    bare.on("request", async (request) => {
      const isStyles = new URL(request.url()).pathname === "/styles.css";
      if (isStyles) await request.abort();
      else await request.continue();
    });
    const looks: [name: string, open: (page: Page) => Promise<unknown>][] = [
      ["login", (page) => page.goto(`${origin}/login`)],
      ["signup", (page) => page.goto(`${origin}/signup`)],
      ["invite", (page) => page.goto(link)],
      ["used invite", (page) => page.goto(`${origin}/invite/used`)],
      ["a focused link", async (page) => {
        await page.goto(`${origin}/login`);
        await page.focus('button[type="submit"]');
        await page.keyboard.press("Tab");
      }],
    ];
    // Tries are counted, so not in each view.
    const answers: typeof looks = [
      ["a wrong password", async (page) => {
        await page.goto(`${origin}/login`);
        await fillInLogin(page, { ...OWNER, password: "not this one" });
        await see(page, "That did not work.");
      }],
      ["a refused sign-up", async (page) => {
        await page.goto(`${origin}/signup`);
        await fill(page, { company: "Twice", ...OWNER });
        await submit(page, "Create the company");
        await see(page, "There is an account with this address");
      }],
    ];
    for (const { scheme, screen } of VIEWS) {
      for (const page of [bare, full]) {
        await page.emulateMediaFeatures([
          { name: "prefers-color-scheme", value: scheme },
        ]);
        await page.setViewport(screen);
      }
      const wanted = scheme === "light" ? [...looks, ...answers] : looks;
      for (const [name, open] of wanted) {
        const what = `${name}, ${scheme}, ${screen.width}`;
        await open(bare);
        await open(full);
        assert.equal(
          await sheetsOf(bare),
          1,
          `${what}: only the document's own`,
        );
        assert.equal(await sheetsOf(full), 2, `${what}: the whole sheet too`);
        await full.$eval(
          'link[rel="stylesheet"]',
          (link) => (link as HTMLLinkElement).media = "all",
        );
        assert.deepEqual(
          differences(await drawn(bare), await drawn(full)),
          [],
          what,
        );
      }
    }
    assert.deepEqual(complaints, []);
  },
);
