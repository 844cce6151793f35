import assert from "node:assert/strict";
import type { FieldValue, FieldValues } from "../../lib/model/form.ts";
import type { Lead } from "../../lib/model/lead.ts";
import {
  actionsBetween,
  type OrderStatus,
  type WorkOrder,
} from "../../lib/model/work_order.ts";
import { flatFields } from "../../lib/offline/overlay.ts";
import type { HistoryRow } from "../../lib/store/history.ts";

/** A value that somebody gave a field of a record. */
export interface Writing {
  /** A device, or the office. */
  by: number | "office";
  /** The field; `status` for an action. */
  name: string;
  value: FieldValue;
  /** The server's version that its writer had. */
  version: number;
}

/** One step of a record's history. */
export interface Step extends HistoryRow {
  version: number;
}

/** The values in a field: a text that a merge joined holds those of both sides. */
const heldIn = (value: FieldValue | undefined): FieldValue[] =>
  typeof value === "string" ? value.split(/\n|, /) : [value ?? null];

/**
 * The record's fields by its history alone: each step found what the one before it left, and a status follows on another
 * one by one action that can be done.
 *
 * @param required fields that have to be true before an order is DONE
 */
function replayed(
  history: readonly Step[],
  required: readonly string[],
): FieldValues {
  const values: FieldValues = {};
  for (const { changed, version } of history) {
    for (const [name, { from, to }] of Object.entries(changed)) {
      assert.equal(values[name] ?? null, from, `v${version} found ${name}`);
      values[name] = to;
    }
    const { status } = changed;
    if (!status || status.from === null) continue;
    const way = actionsBetween(
      status.from as OrderStatus,
      status.to as OrderStatus,
    );
    assert.equal(way?.length, 1, `${status.from} leads to ${status.to}`);
    if (status.to !== "DONE") continue;
    for (const name of required) assert(values[name], `DONE without ${name}`);
  }
  return values;
}

/** Everything that was written to one record, to tell whether any of it is gone. */
export class Writings {
  readonly #last = new Map<string, Writing>();
  readonly #kept = new Set<Writing>();

  /**
   * Takes a value down. The one before it, by the same writer, may be gone if they had it before them: they wrote over it
   * themselves. What lost in a merge they had not.
   *
   * @param was what the writer had before them
   */
  add(writing: Writing, was: FieldValue): void {
    const place = `${writing.by} ${writing.name}`;
    const last = this.#last.get(place);
    if (last && heldIn(was).includes(last.value)) this.#kept.delete(last);
    this.#last.set(place, writing);
    this.#kept.add(writing);
  }

  /** Says, by throwing, what of it is neither in the record, nor in its history from where its writer began. */
  check(history: readonly Step[], record: Lead | WorkOrder): void {
    const required = "checklist" in record
      ? record.checklist.filter((item) => item.required)
      : [];
    const values = replayed(history, required.map(({ id }) => `check:${id}`));
    for (const [name, value] of Object.entries(flatFields(record))) {
      assert.equal(values[name] ?? null, value, `the history tells of ${name}`);
    }
    for (const { by, name, value, version } of this.#kept) {
      const since = history.filter((step) => step.version > version);
      const traces = since.flatMap(({ changed, discarded }) => [
        ...heldIn(changed[name]?.from),
        ...heldIn(changed[name]?.to),
        ...heldIn(discarded?.[name]),
      ]).concat(heldIn(values[name]));
      assert(
        traces.includes(value),
        `${name} ${value}, by ${by} on v${version}, is gone: ${
          JSON.stringify(since)
        }`,
      );
    }
  }
}
