import assert from "node:assert/strict";
import type { Browser, Page } from "puppeteer-core";
import { Builder } from "fresh/dev";
import { launchChromium } from "./chromium.ts";
import { app } from "./fixture/main.ts";

const root = new URL("fixture", import.meta.url).pathname;

/** A page, what went wrong on it, and what it loaded. */
interface Visit {
  readonly page: Page;
  readonly problems: string[];
  readonly scripts: string[];
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const problems: string[] = [];
  const scripts: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    if (request.resourceType() === "script") {
      scripts.push(new URL(request.url()).pathname);
    }
  });
  await page.goto(url);
  return { page, problems, scripts };
}

const textIs = (page: Page, selector: string, text: string) =>
  page.waitForFunction(
    (selector: string, text: string) =>
      document.querySelector(selector)?.textContent === text,
    { timeout: 5000 },
    selector,
    text,
  );

Deno.test({
  name: "islands in a browser",
  sanitizeOps: false,
  sanitizeResources: false,
}, async (t) => {
  (await new Builder({ root }).build({ snapshot: "memory" }))(app);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    app.handler(),
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const browser = await launchChromium();
  try {
    await t.step("one signal passed to two islands is one signal", async () => {
      const { page, problems } = await visit(browser, `${origin}/`);
      await page.waitForSelector("#a[data-ready=true]");
      await page.click("#a .add");
      await textIs(page, "#a output", "4");
      await textIs(page, "#b output", "4");
      await page.click("#b .add");
      await textIs(page, "#a output", "5");
      assert.deepEqual(problems, []);
      assert.equal(await page.title(), "Counters");
      await page.close();
    });

    await t.step("an island that throws stops no other one", async () => {
      const { page, problems } = await visit(browser, `${origin}/crash`);
      await page.waitForSelector("#after[data-ready=true]");
      await page.click("#after .add");
      await textIs(page, "#after output", "2");
      assert.equal(problems.length, 1);
      assert.match(problems.join(), /breaks in the browser/);
      await page.close();
    });

    await t.step("a dynamic import loads when it is needed", async () => {
      const { page, problems, scripts } = await visit(browser, `${origin}/`);
      await page.waitForSelector("#a[data-ready=true]");
      assert.ok(!scripts.some((path) => path.includes("lazy_text")));
      await page.click("#a .load");
      await textIs(page, "#a i", "loaded later");
      assert.ok(scripts.some((path) => path.includes("lazy_text")));
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.step("everything that a page needs is preloaded", async () => {
      const { page, scripts } = await visit(browser, `${origin}/`);
      await page.waitForSelector("#b[data-ready=true]");
      const named = await page.$$eval(
        "link[rel=modulepreload], script[src]",
        (elements) =>
          elements.map((element) =>
            element.getAttribute("href") ?? element.getAttribute("src")
          ),
      );
      assert.deepEqual([...new Set(scripts)].sort(), named.sort());
      await page.close();
    });

    await t.step(
      "JSX children stay, come and go, and contain islands",
      async () => {
        const { page, problems } = await visit(browser, `${origin}/slots`);
        await page.waitForNetworkIdle({ idleTime: 50 });
        await page.click("#nested .add");
        await textIs(page, "#nested output", "2");
        await page.click("#toggle");
        await textIs(page, "#hidden", "was hidden");
        assert.equal(await page.$("#inner"), null);
        await page.click("#toggle");
        await textIs(page, "#nested output", "2");
        const box = await page.$eval(
          "#inner input",
          (
            input,
          ) => [
            (input as HTMLInputElement).disabled,
            input.matches("div > input"),
          ],
        );
        assert.deepEqual(box, [true, true]);
        const kept = await page.$eval(
          "#kept",
          (kept) => (kept as HTMLTemplateElement).content.textContent?.trim(),
        );
        assert.equal(kept, "in a template");
        assert.equal((await page.$$("#inner")).length, 1);
        assert.deepEqual(problems, []);
        await page.close();
      },
    );

    await t.step(
      "JSX in a signal, cycles and shown arrays are the same in the browser",
      async () => {
        const { page, problems } = await visit(browser, `${origin}/held`);
        await textIs(page, "#seen", '["a < b",["c"]] true');
        await textIs(page, "#items", "a < bc");
        await textIs(page, "#node", "in a cycle");
        await page.waitForSelector("#held[data-ready=true]");
        await page.click("#held .add");
        await textIs(page, "#held output", "2");
        await textIs(page, "#free output", "2");
        await page.click("#free .add");
        await textIs(page, "#held output", "3");
        await page.click("#drop");
        await textIs(page, "#content", "dropped");
        assert.deepEqual(problems, []);
        await page.close();
      },
    );

    await t.step("pictures of islands are locked to the build", async () => {
      const { page, problems } = await visit(browser, `${origin}/pictures`);
      await page.waitForSelector("#pictures .later");
      const sources = await page.$$eval(
        "#pictures img",
        (images) =>
          images.map((
            image,
          ) => [image.className, image.getAttribute("src"), image.srcset]),
      );
      const locked = sources[0]![1]!;
      assert.match(locked, /^\/dot\.svg\?__frsh_c=\w+/);
      assert.deepEqual(sources, [
        ["server", locked, ""],
        ["later", locked, `${locked} 2x`],
        ["free", "/dot.svg", ""],
      ]);
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.step("comments in the HTML of others stop no island", async () => {
      const { page, problems } = await visit(browser, `${origin}/hostile`);
      for (const id of ["first", "nested"]) {
        await page.waitForSelector(`#${id}[data-ready=true]`);
        await page.click(`#${id} .add`);
        await textIs(page, `#${id} output`, "2");
      }
      await page.click("#toggle");
      await page.click("#toggle");
      await page.waitForSelector("#nested");
      assert.equal((await page.$$("#first")).length, 1);
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.step("props arrive as what they were", async () => {
      const { page, problems } = await visit(browser, `${origin}/data`);
      await textIs(page, "#show", "true,5,13,true,2,54,false");
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.step("an island of a (_islands) folder works", async () => {
      const { page, problems } = await visit(browser, `${origin}/sub`);
      await page.waitForSelector("#local[data-ready=true]");
      await page.click("#local");
      await textIs(page, "#local", "1");
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.step("a Head in an island follows its state", async () => {
      const { page, problems } = await visit(browser, `${origin}/titled`);
      const headIs = (wanted: string) =>
        page.waitForFunction(
          (wanted) => {
            const parts = [
              "[property=count]",
              "[name=description]",
              "[rel=author]",
            ].map((selector) =>
              [...document.head.querySelectorAll(selector)].map((element) =>
                element.getAttribute("content") ?? "link"
              ).join()
            );
            return [document.title, ...parts].join(" | ") === wanted;
          },
          {},
          wanted,
        );
      await headIs("Count 1 | is 1 | shows 1 | link");
      await page.waitForNetworkIdle({ idleTime: 50 });
      await page.click("#count");
      await textIs(page, "#count", "2");
      await headIs("Count 2 | is 2 | shows 2 | link");
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.step(
      "a lazy component of an island is rendered, and loads apart",
      async () => {
        const { page, problems } = await visit(browser, `${origin}/heavy`);
        await page.waitForNetworkIdle({ idleTime: 50 });
        await page.click("#chart");
        await textIs(page, "#chart", "1");
        assert.deepEqual(problems, []);
        await page.close();
      },
    );

    await t.step("a page without islands loads no script", async () => {
      const { page, scripts } = await visit(browser, `${origin}/plain`);
      await page.waitForNetworkIdle({ idleTime: 50 });
      assert.deepEqual(scripts, []);
      await page.close();
    });
  } finally {
    await browser.close();
    await server.shutdown();
  }
});
