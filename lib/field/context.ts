import type { FormDefinition } from "../model/form.ts";
import type { Base } from "../model/operation.ts";
import type { Problem, Result } from "../model/problem.ts";
import { fail } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import type { Confidence } from "../model/timesheet.ts";
import type { Authorship } from "../store/history.ts";
import type { TenantTransaction } from "../store/tenant_store.ts";

/** What a change of field work is made with: who, in which transaction, when. */
export interface FieldContext {
  /** Everything the change reads and writes goes through it. */
  tx: TenantTransaction;
  /** Who acts. */
  subject: Subject;
  /** Server time of the request, ISO 8601. */
  at: string;
  /** When the change is believed to have happened. */
  believed: { believedAt: string; confidence: Confidence };
  /** The device's own time, ISO 8601. */
  occurredAt: string;
  /** Order on the device; 0 for a change that did not come from a queue. */
  seq: number;
  /** IANA name of the company's time zone. */
  timeZone: string;
  /** The template's form, which leads are checked by. */
  leadForm: FormDefinition;
}

/** A change that was made: 201 for a new record, and the version it produced. */
export interface Applied {
  /** What an API call answers with. */
  status: 200 | 201;
  /** The record's version after the change; absent where nothing has one. */
  version?: number;
}

/** What comes of a change: nothing has been written to the transaction when it is a problem. */
export type Outcome = Result<Applied>;

/** What a change was based on; `afterVersion` is what `base.after` produced. */
export interface Freshness {
  /** What the maker of the change had seen. */
  base: Base;
  /** Null when the base names no earlier op, or that one changed no record. */
  afterVersion: number | null;
}

/** A problem when the record moved on since the version that a change was made on; else null. */
export function staleness(
  record: { version: number },
  { base, afterVersion }: Freshness,
): { ok: false; problem: Problem } | null {
  if (record.version === base.version || record.version === afterVersion) {
    return null;
  }
  return fail("stale-entity", { current: record });
}

/** Who wrote a change, for the record's history. */
export function authorOf(
  context: FieldContext,
  discarded?: Authorship["discarded"],
): Authorship {
  return {
    by: context.subject.id,
    at: context.at,
    believedAt: context.believed.believedAt,
    ...(discarded && { discarded }),
  };
}
