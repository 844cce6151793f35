import {
  type HistoryRow,
  peopleOf,
  picturesOfStep,
  seenStep,
} from "../model/history.ts";
import type { Lead } from "../model/lead.ts";
import { may } from "../model/policy.ts";
import { ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import { grantName, type WorkOrder } from "../model/work_order.ts";
import { completeAmong } from "../store/blobs.ts";
import { listHistory } from "../store/history.ts";
import { memberNames } from "../store/members.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { readLead, readOrder } from "./read_field.ts";

/** Steps of a page: each can hold long texts, old and new. */
const PAGE = 20;

/** One page of a record's history, and what the people in it are called. */
export interface RecordHistory<T> {
  /** As it is now. */
  record: T;
  /** The newest first; only with the fields that the reader sees. */
  rows: HistoryRow[];
  /** Opaque; null on the last page. */
  next: string | null;
  /** By user id, of those whose names the reader may see. */
  names: Record<string, string>;
  /** SHA-256 of the pictures among the values that can be looked at. */
  pictures: ReadonlySet<string>;
}

async function historyOf<T extends { id: string }>(
  tenant: TenantStore,
  subject: Subject,
  record: T,
  sees: (field: string) => boolean,
  cursor: string | null,
): Promise<Result<RecordHistory<T>>> {
  const { rows, next } = await listHistory(tenant, record.id, {
    cursor,
    limit: PAGE,
  });
  const seen = rows.map((row) => seenStep(row, sees));
  const people = may(subject, "member.read", undefined, "name")
    ? seen.flatMap(peopleOf)
    : [];
  const [names, pictures] = await Promise.all([
    memberNames(tenant, people),
    completeAmong(tenant, record.id, seen.flatMap(picturesOfStep)),
  ]);
  return ok({ record, rows: seen, next, names, pictures });
}

/** One page of the history of a lead that the subject may see. @param cursor as an earlier page gave it */
export async function leadHistory(
  tenant: TenantStore,
  subject: Subject,
  id: string,
  cursor: string | null,
): Promise<Result<RecordHistory<Lead>>> {
  const lead = await readLead(tenant, subject, id);
  if (!lead.ok) return lead;
  const sees = (field: string) => may(subject, "lead.read", lead.value, field);
  return await historyOf(tenant, subject, lead.value, sees, cursor);
}

/** One page of the history of a work order that the subject may see. @param cursor as an earlier page gave it */
export async function orderHistory(
  tenant: TenantStore,
  subject: Subject,
  id: string,
  cursor: string | null,
): Promise<Result<RecordHistory<WorkOrder>>> {
  const order = await readOrder(tenant, subject, id);
  if (!order.ok) return order;
  const sees = (field: string) =>
    may(subject, "order.read", order.value, grantName(field));
  return await historyOf(tenant, subject, order.value, sees, cursor);
}
