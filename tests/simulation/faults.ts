import type { Chance } from "./chance.ts";

/** What can go wrong in a run, by name. */
export type FaultName =
  | "request dropped"
  | "request cut"
  | "request doubled"
  | "response dropped"
  | "response cut"
  | "500 before"
  | "500 after"
  | "502 with HTML"
  | "captive portal"
  | "busy"
  | "slow answer"
  | "page killed"
  | "worker killed"
  | "page frozen"
  | "storage connection dead"
  | "storage transaction aborted"
  | "storage full"
  | "storage write unsure"
  | "session over"
  | "logged out"
  | "profile cloned"
  | "server killed"
  | "server restored"
  | "device clock moved"
  | "hours passed";

/** Decides which faults happen, and counts them. */
export class Faults {
  on = true;
  readonly counts: Partial<Record<FaultName, number>> = {};

  constructor(readonly chance: Chance) {}

  count(name: FaultName): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  happens(name: FaultName, probability: number): boolean {
    const happens = this.on && this.chance.happens(probability);
    if (happens) this.count(name);
    return happens;
  }
}
