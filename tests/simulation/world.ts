import { MONDAY } from "../unit/builders.ts";
import { Chance } from "./chance.ts";
import { Faults } from "./faults.ts";
import type { DeviceCode } from "./load_device_code.ts";
import { Page, Profile } from "./page.ts";
import type { ReceivedSync } from "../../lib/sync/read_request.ts";
import type { Server } from "./server.ts";
import { Timeline } from "./timeline.ts";
import { Wire } from "./wire.ts";

/** Everything that one run has: drawn from one seed. */
export class World {
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly wire: Wire;
  readonly profiles: Profile[] = [];
  readonly pages: Page[] = [];
  /** Whether the browsers of this run have locks that span tabs. */
  readonly hasLocks: boolean;
  /** Whether the browsers of this run compress. */
  readonly packs: boolean;
  /** Set by whoever opens it. */
  server!: Server;
  /** Hours that passed at once. */
  jumped = 0;
  onSync: ((request: ReceivedSync) => void) | null = null;
  #lives = 0;

  constructor(seed: number, readonly device: DeviceCode) {
    this.chance = new Chance(seed);
    this.timeline = new Timeline(this.chance);
    this.faults = new Faults(this.chance);
    this.wire = new Wire(this);
    this.hasLocks = this.chance.happens(0.85);
    this.packs = this.chance.happens(0.25);
  }

  /** The true time, milliseconds since the epoch. */
  wallClock(): number {
    return MONDAY + this.timeline.now + this.jumped;
  }

  newProfile(): Profile {
    const profile = new Profile(
      `profile ${this.profiles.length + 1}`,
      this.hasLocks,
    );
    profile.session = { since: this.wallClock() };
    this.profiles.push(profile);
    return profile;
  }

  newPage(profile: Profile, kind: "tab" | "worker"): Page {
    const page = new Page(this, profile, kind, ++this.#lives);
    this.pages.push(page);
    return page;
  }

  /** Pages that are open, with their field work. */
  tabsOf(profile?: Profile): Page[] {
    return this.pages.filter((page) =>
      page.alive && page.kind === "tab" && page.field !== null &&
      (profile === undefined || page.profile === profile)
    );
  }

  kill(page: Page): void {
    page.kill();
    this.pages.splice(this.pages.indexOf(page), 1);
  }
}
