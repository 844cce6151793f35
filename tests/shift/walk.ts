import type { Page } from "puppeteer-core";
import { act, openOrder, REPAIR } from "../e2e/field_work.ts";
import { click, fill, find, press, see } from "../e2e/on_page.ts";
import { lookBelow, takePhoto } from "../e2e/take_photo.ts";
import { eventually } from "../system/eventually.ts";
import { countRows } from "./count_rows.ts";

/** A worker who goes through the screens, as the app's own links do: each is a page of its own. */
export class Walk {
  readonly page: Page;
  readonly #origin: string;
  readonly #leads: string[];
  readonly #orders: [string, string];
  readonly #ticked = new Set<string>();
  #n = 0;
  #running = false;

  /** @param leads those of the company, the oldest first */
  constructor(
    page: Page,
    origin: string,
    leads: string[],
    orders: [string, string],
  ) {
    this.page = page;
    this.#origin = origin;
    this.#leads = leads;
    this.#orders = orders;
  }

  /** Does the next thing of the round. @returns how many changes it made */
  async next(): Promise<number> {
    const round = [
      () => this.#lead(),
      () => this.#checklist(),
      () => this.#state(),
      () => this.#newLead(),
      () => this.#lead(),
      () => this.#note(),
      () => this.#photo(),
      () => this.#lookAround(),
    ];
    return await (round[this.#n++ % round.length] as () => Promise<number>)();
  }

  /** Goes back to Today, and stays there. */
  async rest(): Promise<void> {
    await this.page.goto(`${this.#origin}/client/today`);
    await see(this.page, "Your route");
  }

  /** Waits until what `change` does stands in the queue. */
  async #saves(change: () => Promise<unknown>): Promise<number> {
    const queued = async () => (await countRows(this.page)).rows.pending ?? 0;
    const before = await queued();
    await change();
    await eventually(
      "the change is saved",
      async () => await queued() > before,
    );
    return 1;
  }

  async #lead(): Promise<number> {
    const { page } = this;
    let made = 0;
    for (const back of [1, 2]) {
      const id = this.#leads.at(-back - this.#n % 5);
      await page.goto(`${this.#origin}/client/leads/${id}`);
      await fill(page, { need: `Asked again, visit ${this.#n}` });
      made += await this.#saves(() =>
        Promise.all([page.waitForNavigation(), press(page, "Save")])
      );
    }
    return made;
  }

  async #newLead(): Promise<number> {
    const { page } = this;
    await page.goto(`${this.#origin}/client/leads/new`);
    await fill(page, { name: `Met at the door ${this.#n}`, step: "call" });
    return await this.#saves(() =>
      Promise.all([page.waitForNavigation(), press(page, "Save")])
    );
  }

  async #checklist(): Promise<number> {
    const { page } = this;
    await openOrder(page, this.#origin, this.#orders[0]);
    for (const item of REPAIR.required) {
      await this.#saves(() =>
        click(page, `label.tick:has(input[value="${item}"])`)
      );
      if (!this.#ticked.delete(item)) this.#ticked.add(item);
      await see(page, `${this.#ticked.size} of ${REPAIR.points}`);
    }
    return REPAIR.required.length;
  }

  async #note(): Promise<number> {
    const { page } = this;
    await openOrder(page, this.#origin, this.#orders[0]);
    await fill(page, { notes: `The fan was looked at, time ${this.#n}.` });
    return await this.#saves(() =>
      click(page, 'button[name="action"][value="SAVE"]')
    );
  }

  async #state(): Promise<number> {
    const { page } = this;
    await openOrder(page, this.#origin, this.#orders[1]);
    await find(page, 'button[name="action"]');
    const first = this.#n < 8;
    await act(page, this.#running ? "Pause" : first ? "Start" : "Go on");
    this.#running = !this.#running;
    return 1;
  }

  async #photo(): Promise<number> {
    const { page } = this;
    await openOrder(page, this.#origin, this.#orders[1]);
    await lookBelow(page);
    return await this.#saves(() => takePhoto(page, this.#n));
  }

  /** Changes, and the list of orders, as somebody looks at them who waits. */
  async #lookAround(): Promise<number> {
    const { page } = this;
    for (const path of ["changes", "orders", "leads"]) {
      await page.goto(`${this.#origin}/client/${path}`);
      await find(page, "main > *");
    }
    return 0;
  }
}
