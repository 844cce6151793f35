import type { Browser, CDPSession, Page } from "puppeteer-core";
import { startChromium } from "./chromium.ts";

/** How long a page may take to get anywhere, milliseconds. */
const PATIENCE_MS = 20_000;

/** A phone: a browser profile on the disk, and the browser while it is switched on. */
export class Phone {
  readonly #folder: string;
  #browser: Browser | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A new phone, switched on. */
  static async buy(): Promise<Phone> {
    const folder = await Deno.makeTempDir({ prefix: "streamflow-phone-" });
    const phone = new Phone(folder);
    await phone.switchOn();
    return phone;
  }

  /** Where its storage lies on the disk. */
  get folder(): string {
    return this.#folder;
  }

  /** The running browser. */
  get browser(): Browser {
    if (this.#browser === null) throw new Error("The phone is off");
    return this.#browser;
  }

  /** Starts the browser: cold, with what its profile has. @param more arguments of its command line */
  async switchOn(more: readonly string[] = []): Promise<void> {
    this.#browser = await startChromium(this.#folder, more);
  }

  /** Closes the browser as a person does. */
  async switchOff(): Promise<void> {
    await this.#browser?.close();
    this.#browser = null;
  }

  /** The battery falls out: all processes of the browser end at once, also those that write to the disk. */
  async die(): Promise<void> {
    const process = this.#browser?.process();
    if (process?.pid) {
      const ended = new Promise((done) => process.once("exit", done));
      // Puppeteer starts the browser in a process group of its own.
      Deno.kill(-process.pid, "SIGKILL");
      await ended;
    }
    this.#browser = null;
  }

  /** Another phone with the same storage, as a restored backup or a copied profile is. Both are off. */
  async clone(): Promise<Phone> {
    const folder = await Deno.makeTempDir({ prefix: "streamflow-phone-" });
    await copyFolder(this.#folder, folder);
    return new Phone(folder);
  }

  /** A tab of whoever uses the phone. */
  async newPage(): Promise<Page> {
    return withPatience(await this.browser.newPage());
  }

  /** A tab of somebody else, on another machine: it shares nothing with the phone. */
  async newStranger(): Promise<Page> {
    const context = await this.browser.createBrowserContext();
    return withPatience(await context.newPage());
  }

  /** What its tabs show, for the message of a test that failed. */
  async describe(): Promise<string> {
    const pages = await this.#browser?.pages().catch(() => []) ?? [];
    const texts = await Promise.all(pages.map(async (page) => {
      // A tab that crashed never answers.
      const text = await Promise.race([
        page.evaluate(() => document.body?.innerText).catch(String),
        new Promise<string>((done) => setTimeout(done, 5000, "No answer")),
      ]);
      return `${page.url()}\n${text?.replace(/\n+/g, " | ")}`;
    }));
    return ["It failed with these tabs open:", ...texts].join("\n\n");
  }

  /** Throws the phone away. */
  async discard(): Promise<void> {
    await this.switchOff().catch(() => this.die());
    for (let tries = 0; tries < 20; tries++) {
      try {
        return await Deno.remove(this.#folder, { recursive: true });
      } catch (error) {
        // Processes of the browser may still write for a moment.
        if (error instanceof Deno.errors.NotFound) return;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }
}

function withPatience(page: Page): Page {
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    // The locks say which process has the profile.
    if (entry.name.startsWith("Singleton")) continue;
    const [source, copy] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory) await copyFolder(source, copy);
    else if (entry.isFile) await Deno.copyFile(source, copy);
  }
}

/**
 * Wakes the service worker as the browser does when the network is back, with or without a tab of the app.
 *
 * @param origin whose worker
 * @param tag the Background Sync tag it asked for
 * @param kind whether the browser will try again by itself, or wakes the worker as it does now and then
 */
export async function fireBackgroundSync(
  { browser }: Phone,
  origin: string,
  tag: string,
  kind: "again" | "last-chance" | "periodic" = "again",
): Promise<void> {
  const page = await browser.newPage();
  const cdp: CDPSession = await page.createCDPSession();
  const found = Promise.withResolvers<string>();
  cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const ours = registrations.find((one) =>
      one.scopeURL === `${origin}/` && !one.isDeleted
    );
    if (ours) found.resolve(ours.registrationId);
  });
  await cdp.send("ServiceWorker.enable");
  const registrationId = await found.promise;
  if (kind === "periodic") {
    await cdp.send("ServiceWorker.dispatchPeriodicSyncEvent", {
      origin,
      registrationId,
      tag,
    });
  } else {
    await cdp.send("ServiceWorker.dispatchSyncEvent", {
      origin,
      registrationId,
      tag,
      lastChance: kind === "last-chance",
    });
  }
  await page.close();
}
