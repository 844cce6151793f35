import type { Field, Seldom } from "../../lib/offline/field.ts";
import type { FieldValue, FieldValues } from "../../lib/model/form.ts";
import type { OrderAction } from "../../lib/model/work_order.ts";
import { cloneProfile } from "../offline/world.ts";
import type { Page, Profile } from "./page.ts";
import type { Beginning } from "./server.ts";
import type { World } from "./world.ts";

/** Something that a person did, as far as the screen told them. */
export interface Intent {
  /** Order in which they were begun. */
  n: number;
  profile: Profile;
  kind: "create" | "edit" | "act" | "clock";
  record: string | null;
  /** Of an edit or a new lead: the field with a value that is written nowhere else. */
  field?: string;
  value?: FieldValue;
  /** Set when the screen said that it was saved. */
  key?: string;
  undone?: boolean;
  /** The screen was asked to take it back, and may not have lived to tell whether it was in time. */
  undoAsked?: boolean;
}

const HOUR = 3_600_000;

/** Pause between two things that a person does, milliseconds. */
const PAUSE = 1_200;

const ACTS = {
  createLead: 9,
  editLead: 30,
  editOrder: 26,
  advance: 16,
  clock: 12,
  spoilLead: 2,
  undo: 5,
};

const MEANWHILE = {
  nothing: 50,
  office: 22,
  officeStatus: 3,
  reassign: 1.5,
  sync: 10,
  worker: 4,
  openTab: 2.5,
  killPage: 4,
  freeze: 1.5,
  attend: 5,
  sessionOver: 1.2,
  leave: 0.4,
  clone: 0.25,
  killServer: 1.2,
  backUp: 1.2,
  restore: 0.5,
  moveClock: 0.8,
  hours: 0.6,
};

/** As in the service worker, which carries none of it. */
const leftToPage = () => Promise.reject(new Error("Left to the page"));
const LEFT_TO_PAGE: Seldom = { conflicts: leftToPage, recovery: leftToPage };

/** The worker with their devices, and the office: everything that happens in a run. */
export class Person {
  readonly intents: Intent[] = [];
  /** Changes that were given up on the screen. */
  readonly dismissed = new Set<string>();
  readonly #world: World;
  readonly #beginning: Beginning;
  readonly #seldom: Seldom;
  readonly #leads: string[];
  #n = 0;
  #opening = new Set<Profile>();

  constructor(world: World, beginning: Beginning) {
    this.#world = world;
    this.#beginning = beginning;
    this.#leads = [...beginning.leads];
    const { conflicts, recovery } = world.device;
    this.#seldom = {
      conflicts: () => Promise.resolve(conflicts),
      recovery: () => Promise.resolve(recovery),
    };
  }

  /** Works until so many things were tried; whatever goes wrong meanwhile is drawn. */
  async work(ops: number): Promise<void> {
    const { timeline, chance } = this.#world;
    const first = this.#world.newProfile();
    await this.#open(first);
    while (this.#n < ops) {
      await timeline.sleep(-Math.log(1 - chance.next()) * PAUSE);
      const profile = chance.oneOf(this.#world.profiles);
      if (this.#world.tabsOf(profile).length === 0) await this.#open(profile);
      await this.#meanwhile(chance.weighted(MEANWHILE), profile);
      const page = this.#pageOf(profile);
      if (!page?.field) continue;
      // Most people wait until it says saved; a second tab, or a fast thumb, does not.
      const done = this.#act(page, page.field);
      done.catch(() => {});
      if (chance.happens(0.8)) {
        await Promise.race([done.catch(() => {}), timeline.sleep(3_000)]);
      }
    }
  }

  #pageOf(profile: Profile): Page | undefined {
    const tabs = this.#world.tabsOf(profile);
    return tabs.length > 0 ? this.#world.chance.oneOf(tabs) : undefined;
  }

  /** Opens the app: online with a login, else its shell. */
  async #open(profile: Profile): Promise<void> {
    const { timeline, device } = this.#world;
    if (this.#opening.has(profile)) return;
    this.#opening.add(profile);
    profile.session ??= { since: this.#world.wallClock() };
    const page = this.#world.newPage(profile, "tab");
    const opened = device.openField(
      this.#beginning.worker,
      page,
      this.#seldom,
    ).catch(() => null);
    const field = await Promise.race([
      opened,
      timeline.sleep(120_000).then(() => null),
    ]);
    this.#opening.delete(profile);
    if (!page.alive) return;
    if (!field) return this.#world.kill(page);
    page.field = field;
    this.#keepInSync(page, field);
  }

  /** What `keepInSync` does in a page, without the page. */
  #keepInSync(page: Page, field: Field): void {
    const { device, chance } = this.#world;
    let callOff = () => {};
    const schedule = (ms: number) => {
      callOff();
      callOff = page.after(ms, run);
    };
    const run = () => {
      callOff();
      const early = field.notBefore - page.monotonic();
      if (early > 0) return schedule(early);
      device.sync(field).then((outcome) => {
        if (outcome.kind === "login") return;
        schedule(outcome.kind === "later" ? outcome.waitMs : 30_000);
      });
    };
    // Somewhat later than in a page, so that a queue builds up.
    field.wake = () => {
      if (chance.happens(0.15)) page.after(chance.between(0, 3_000), run);
    };
    run();
  }

  #kill(page: Page): void {
    const { faults } = this.#world;
    faults.count(page.kind === "tab" ? "page killed" : "worker killed");
    this.#world.kill(page);
  }

  async #meanwhile(
    what: keyof typeof MEANWHILE,
    profile: Profile,
  ): Promise<void> {
    const { chance, timeline, server, faults, pages } = this.#world;
    const { leads: _, orders } = this.#beginning;
    switch (what) {
      case "office": {
        const n = `o${++this.#officeN}`;
        if (chance.happens(0.5)) {
          const field = chance.oneOf(["name", "address", "phone"]);
          return await server.officeEdits(chance.oneOf(this.#leads), {
            [field]: n,
          });
        }
        const field = chance.oneOf(["brief", "title", "notes"]);
        return await server.officeEdits(chance.oneOf(orders), { [field]: n });
      }
      case "officeStatus":
        return await server.officeEdits(
          chance.oneOf(orders),
          chance.oneOf<OrderAction>(["START", "PAUSE"]),
        );
      case "reassign": {
        const { worker, colleague } = this.#beginning;
        const { id } = chance.happens(0.4) ? colleague : worker;
        return await server.officeEdits(orders[5] as string, {
          assigneeId: id,
        });
      }
      case "sync": {
        const page = this.#pageOf(profile);
        if (page?.field) this.#world.device.sync(page.field);
        return;
      }
      case "worker": {
        const page = this.#world.newPage(profile, "worker");
        const end = () => {
          if (page.alive) this.#world.kill(page);
        };
        this.#world.device.drainInBackground(page, LEFT_TO_PAGE)
          .then(end, end);
        if (faults.on && chance.happens(0.4)) {
          timeline.after(chance.between(0, 800), () => {
            if (page.alive) this.#kill(page);
          });
        }
        return;
      }
      case "openTab":
        if (this.#world.tabsOf(profile).length < 3) await this.#open(profile);
        return;
      case "killPage": {
        const page = this.#pageOf(profile);
        if (!page) return;
        // In the middle of whatever it does next.
        const within = chance.happens(0.5) ? 8 : 600;
        timeline.after(chance.between(0, within), () => {
          if (page.alive) this.#kill(page);
        });
        return;
      }
      case "freeze":
        faults.count("page frozen");
        return this.#pageOf(profile)?.freeze(chance.between(1_000, 20_000));
      case "attend": {
        const page = this.#pageOf(profile);
        if (!page?.field) return;
        // The page may end meanwhile, and never say so.
        await Promise.race([
          this.#attend(page.field, false),
          timeline.sleep(5_000),
        ]);
        return;
      }
      case "sessionOver": {
        faults.count("session over");
        profile.session = null;
        timeline.after(chance.between(5_000, 60_000), () => {
          // A login loads a page anew.
          for (const page of this.#world.tabsOf(profile)) {
            this.#world.kill(page);
          }
        });
        return;
      }
      case "leave": {
        const page = this.#pageOf(profile);
        if (!page?.field) return;
        faults.count("logged out");
        await Promise.race([
          this.#world.device.leaveField(page.field).catch(() => {}),
          timeline.sleep(10_000),
        ]);
        profile.session = null;
        for (const open of pages.filter((page) => page.profile === profile)) {
          this.#world.kill(open);
        }
        return;
      }
      case "clone":
        if (this.#world.profiles.length > 1) return;
        return await this.#clone(profile);
      case "killServer":
        faults.count("server killed");
        return server.kill();
      case "backUp":
        return await server.backUp();
      case "restore":
        faults.count("server restored");
        return await server.restore();
      case "moveClock":
        faults.count("device clock moved");
        profile.skew = chance.oneOf([
          0,
          -25 * HOUR,
          10 * 365 * 24 * HOUR,
          chance.between(-HOUR, HOUR),
        ]);
        return;
      case "hours":
        if (this.#world.jumped > 30 * HOUR) return;
        faults.count("hours passed");
        this.#world.jumped += chance.between(0, 10 * HOUR);
        return;
      default:
        return;
    }
  }

  #officeN = 0;

  /** A copy of the whole browser, as a backup of a phone makes one: nothing runs in it meanwhile. */
  async #clone(profile: Profile): Promise<void> {
    const { faults, pages } = this.#world;
    for (const page of pages.filter((page) => page.profile === profile)) {
      this.#world.kill(page);
    }
    // What the pages had asked of the database happens first.
    await this.#world.timeline.sleep(1_000);
    const copy = this.#world.newProfile();
    copy.session = profile.session;
    const { indexedDB } = await cloneProfile(
      profile as unknown as Parameters<typeof cloneProfile>[0],
      this.#beginning.worker,
    );
    copy.indexedDB = indexedDB;
    faults.count("profile cloned");
  }

  #intend(
    page: Page,
    more: Omit<Intent, "n" | "profile">,
  ): Intent {
    const intent = { n: ++this.#n, profile: page.profile, ...more };
    this.intents.push(intent);
    return intent;
  }

  async #act(page: Page, field: Field): Promise<void> {
    const { chance, device } = this.#world;
    const what = chance.weighted(ACTS);
    switch (what) {
      case "createLead":
      case "spoilLead": {
        const value = `w${this.#n + 1}`;
        const intent = this.#intend(page, {
          kind: "create",
          record: null,
          field: "name",
          value,
        });
        const saved = await device.createLead(field, {
          name: value,
          // Refused: the template has no such step.
          step: what === "spoilLead" ? "nowhere" : "new",
        });
        if (!saved.ok) return;
        intent.record = saved.value.record.id;
        intent.key = saved.value.key as string;
        this.#leads.push(intent.record);
        return;
      }
      case "editLead":
        return await this.#edit(
          page,
          // What one works on is mostly one of few.
          chance.happens(0.7)
            ? chance.oneOf(this.#leads.slice(-4))
            : chance.oneOf(this.#leads),
          chance.oneOf(["name", "address", "phone"]),
          `w${this.#n + 1}`,
          (id, fields) => device.editLead(field, id, fields),
        );
      case "editOrder":
        return await this.#edit(
          page,
          chance.oneOf(this.#beginning.orders),
          ...chance.oneOf<[string, FieldValue]>([
            ["notes", `w${this.#n + 1}`],
            ["notes", `w${this.#n + 1}`],
            [`check:${chance.oneOf(["a", "b", "c"])}`, chance.happens(0.7)],
          ]),
          (id, fields) => device.editOrder(field, id, fields),
        );
      case "advance": {
        const record = chance.oneOf(this.#beginning.orders);
        const action = chance.weighted({ START: 5, PAUSE: 5, DONE: 1 });
        const intent = this.#intend(page, { kind: "act", record });
        const saved = await device.advanceOrder(field, record, action);
        if (saved.ok && saved.value.key) intent.key = saved.value.key;
        return;
      }
      case "clock": {
        const intent = this.#intend(page, { kind: "clock", record: null });
        const saved = await device.pressClock(
          field,
          chance.oneOf(["in", "out", "break", "resume"]),
        );
        if (!saved.ok) return;
        intent.record = saved.value.record.id;
        intent.key = saved.value.key as string;
        return;
      }
      case "undo": {
        const last = this.intents.findLast((intent) =>
          intent.profile === page.profile && intent.key && !intent.undone
        );
        this.#n++;
        if (!last?.key) return;
        last.undoAsked = true;
        if (await device.undo(field, last.key)) last.undone = true;
        return;
      }
    }
  }

  async #edit(
    page: Page,
    record: string,
    name: string,
    value: FieldValue,
    edit: (
      id: string,
      fields: FieldValues,
    ) => ReturnType<World["device"]["editLead"] | World["device"]["editOrder"]>,
  ): Promise<void> {
    const intent = this.#intend(page, {
      kind: "edit",
      record,
      field: name,
      value,
    });
    const saved = await edit(record, { [name]: value });
    if (saved.ok && saved.value.key) intent.key = saved.value.key;
  }

  /** Settles what waits for a person; all of it, or one thing. */
  async #attend(field: Field, all: boolean): Promise<void> {
    const { chance, device } = this.#world;
    const parked = await (await device.read(field)).opsAlive(2);
    const chosen = all || parked.length === 0 ? parked : [chance.oneOf(parked)];
    for (const op of chosen) {
      try {
        if (op.problem?.code === "stale-entity") {
          if (!op.conflicts) {
            await device.tryAgain(field, op.key);
            continue;
          }
          const choices = Object.fromEntries(
            op.conflicts.map(({ field }) => [
              field,
              chance.oneOf(["mine", "theirs"] as const),
            ]),
          );
          await device.conflicts.resolveConflict(field, op.key, choices);
        } else if (chance.happens(0.3)) await device.tryAgain(field, op.key);
        else {
          this.dismissed.add(op.key);
          await device.dismiss(field, op.key);
        }
      } catch {
        // The storage failed, and said so.
      }
    }
  }

  /** Nothing goes wrong any more, and everything is brought to its end. @returns a field for each profile */
  async finish(): Promise<Map<Profile, Field>> {
    const { faults, pages, timeline, profiles, device } = this.#world;
    faults.on = false;
    for (const page of [...pages]) this.#world.kill(page);
    // What is still on its way arrives.
    await timeline.sleep(300_000);
    const fields = new Map<Profile, Field>();
    for (const profile of profiles) {
      profile.session = { since: this.#world.wallClock() };
      const page = this.#world.newPage(profile, "tab");
      const field = await device.openField(
        this.#beginning.worker,
        page,
        this.#seldom,
      );
      if (!field) throw new Error("The app does not open");
      page.field = field;
      fields.set(profile, field);
    }
    for (let round = 0; round < 2; round++) {
      for (const field of fields.values()) await this.#drain(field);
    }
    return fields;
  }

  async #drain(field: Field): Promise<void> {
    const { timeline, device } = this.#world;
    for (let i = 0; i < 30; i++) {
      const outcome = await device.sync(field);
      if (outcome.kind === "login") throw new Error("A login is asked for");
      if (outcome.kind === "later") await timeline.sleep(outcome.waitMs + 1);
      const { waiting, needsYou } = await device.readStatus(field);
      const parked = await (await device.read(field)).opsAlive(2);
      if (outcome.kind === "done" && waiting + needsYou + parked.length === 0) {
        return;
      }
      await this.#attend(field, true);
    }
    const open = (await (await device.read(field)).opsAlive(2)).concat(
      await (await device.read(field)).opsAlive(1),
    ).map((op) =>
      `${op.seq} ${op.route} ${op.state} ${op.problem?.code ?? ""} ${
        JSON.stringify(op.base)
      }`
    );
    throw new Error(`The queue does not come to its end:\n${open.join("\n")}`);
  }
}
