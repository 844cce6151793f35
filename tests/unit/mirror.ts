import assert from "node:assert/strict";
import { addDays } from "../../lib/model/calendar.ts";
import {
  type PulledRecord,
  type PullResponse,
  WINDOW_DAYS_BACK,
} from "../../lib/model/protocol.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { pull } from "../../lib/sync/pull.ts";
import { type Company, MONDAY } from "./builders.ts";

/** One pull that has to be answered. */
export async function pulled(
  { tenant }: Company,
  me: Me,
  cursor: string | null,
  now = MONDAY,
): Promise<PullResponse> {
  const { profile, template, version } = await readSettings(tenant);
  const outcome = await pull(tenant, {
    subject: me,
    scope: `${me.orgId}:${me.id}`,
    cursor,
    timeZone: profile.timeZone,
    settings: { leadForm: template.leadForm },
    settingsVersion: version,
    now,
  });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

/** What a device would hold that only follows pulls. */
export class Mirror {
  readonly records = new Map<string, NonNullable<PulledRecord["record"]>>();
  cursor: string | null = null;

  constructor(readonly company: Company, readonly me: Me) {}

  /** Pulls until there is no more. @returns how many changes each answer had */
  async pull(now = MONDAY): Promise<number[]> {
    const sizes: number[] = [];
    for (;;) {
      const page = await pulled(this.company, this.me, this.cursor, now);
      if (page.full) this.records.clear();
      for (const { id, record } of page.changes) {
        if (record === null) this.records.delete(id);
        else this.records.set(id, record);
      }
      sizes.push(page.changes.length);
      this.cursor = page.cursor;
      if (!page.more) {
        this.#dropPast(page.today);
        return sizes;
      }
    }
  }

  #dropPast(today: string): void {
    for (const [id, record] of this.records) {
      const past = "checklist" in record &&
        record.day < addDays(today, -WINDOW_DAYS_BACK);
      if (past) this.records.delete(id);
    }
  }
}
