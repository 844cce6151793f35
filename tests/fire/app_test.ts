import assert from "node:assert/strict";
import { fieldTest } from "../e2e/field_day.ts";
import { see } from "../e2e/on_page.ts";

fieldTest(
  "the browser finds nothing that keeps the app from being installed, and its shortcuts open offline",
  async ({ page, phone, proxy, origin, orders, lead }) => {
    const cdp = await page.createCDPSession();
    const { installabilityErrors } = await cdp.send(
      "Page.getInstallabilityErrors",
    );
    assert.deepEqual(installabilityErrors, []);
    const { url, errors, data } = await cdp.send("Page.getAppManifest");
    assert.equal(url, `${origin}/manifest.webmanifest`);
    assert.deepEqual(errors, []);
    const { shortcuts } = JSON.parse(data ?? "") as {
      shortcuts: { name: string; url: string }[];
    };
    assert.deepEqual(
      shortcuts.map(({ name }) => name),
      ["Today", "New lead", "Changes"],
    );

    await phone.switchOff();
    proxy.cut();
    await phone.switchOn();
    const cold = await phone.newPage();
    // Every screen, of records that this phone never opened too.
    const screens: [path: string, text: string][] = [
      ...shortcuts.map(({ name, url }): [string, string] => [url, name]),
      ["/client/orders", "Heat pump shows fault E7"],
      [`/client/orders/${orders[1]}`, "Duct fan is loud"],
      ["/client/leads", "Clara Whitcombe"],
      [`/client/leads/${lead}`, "Clara Whitcombe"],
    ];
    for (const [path, text] of screens) {
      await cold.goto(origin + path);
      if (path.startsWith("/client/leads/lead_")) {
        await cold.waitForSelector(`[name="name"]`);
        const shown = await cold.$eval(
          `[name="name"]`,
          (field) => (field as HTMLInputElement).value,
        );
        assert.equal(shown, text);
      } else await see(cold, text);
    }
  },
);
