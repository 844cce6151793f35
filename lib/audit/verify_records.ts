import { auditLeaf } from "../store/audit.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import type { CheckpointRow } from "./checkpoint.ts";
import { type AuditFault, fault } from "./fault.ts";
import { readable, UNREADABLE } from "./readable.ts";

/** Records that are in memory at once: each may have 64 KiB. */
const RECORDS_AT_ONCE = 50;

/** A record that should be there. */
export interface Expected {
  /** Its id. */
  id: string;
  /** What it should be: see `auditLeaf`; null: whatever it is, as long as it is open. */
  leaf: string | null;
  /** How it is called in a message. */
  name: string;
}

/**
 * The first of some records that is not what it should be.
 *
 * @param order all leaves of the checkpoint, the first of which is number `from` of the log: to tell a record that is
 * there in another's place
 */
export async function faultyRecord(
  tenant: TenantStore,
  expected: readonly Expected[],
  order: { leaves: readonly string[]; from: number } = { leaves: [], from: 1 },
): Promise<AuditFault | null> {
  for (let at = 0; at < expected.length; at += RECORDS_AT_ONCE) {
    const some = expected.slice(at, at + RECORDS_AT_ONCE);
    const records = await readRecords(tenant, some.map(({ id }) => id));
    for (const [i, wanted] of some.entries()) {
      const found = faultOf(wanted, records[i] ?? null, order);
      if (found) return found;
    }
  }
  return null;
}

function faultOf(
  { id, leaf, name }: Expected,
  record: unknown,
  order: { leaves: readonly string[]; from: number },
): AuditFault | null {
  if (record === null) return fault("missing", `${name} is missing`);
  if (record === UNREADABLE) {
    return fault("edited", `${name} was edited: it cannot be read any more`);
  }
  const given = record as { id?: unknown; closed?: unknown };
  const isIts = typeof record === "object" && given.id === id;
  if (leaf === null) {
    return isIts && given.closed === false ? null : fault(
      "edited",
      `${name} was edited: it is closed, and no commit closed it`,
    );
  }
  const is = auditLeaf(record);
  if (is === leaf && isIts) return null;
  if (typeof given.id === "string" && given.id !== id) {
    return fault(
      "swapped",
      `${name} was swapped: the record ${given.id} stands in its place`,
    );
  }
  const place = is === null ? -1 : order.leaves.indexOf(is);
  if (place >= 0) {
    return fault(
      "reordered",
      `${name} was sealed in another place, as number ${order.from + place}`,
    );
  }
  return fault(
    "edited",
    `${name} was edited: it is not what was written then`,
  );
}

/** The records of a checkpoint, as they should be. @param from number of the first in the log */
export function expectedOf(
  { ids, leaves }: Pick<CheckpointRow, "ids" | "leaves">,
  from: number,
): Expected[] {
  return ids.map((id, i) => ({
    id,
    leaf: leaves[i] ?? "",
    name: `record ${id}, number ${from + i},`,
  }));
}

/** What the records with some ids are in the tree now; null for one that is none. */
export async function leavesNow(
  tenant: TenantStore,
  ids: readonly string[],
): Promise<(string | null)[]> {
  const leaves: (string | null)[] = [];
  for (let at = 0; at < ids.length; at += RECORDS_AT_ONCE) {
    const records = await readRecords(
      tenant,
      ids.slice(at, at + RECORDS_AT_ONCE),
    );
    leaves.push(
      ...records.map((record) => record === null ? null : auditLeaf(record)),
    );
  }
  return leaves;
}

/** Records by their ids: null where there is none, `UNREADABLE` where it is no value any more. */
async function readRecords(
  tenant: TenantStore,
  ids: readonly string[],
): Promise<unknown[]> {
  const keys = ids.map((id) => tenant.keys.audit(id));
  const records = await readable(() => tenant.getMany<unknown>(keys));
  if (records !== UNREADABLE) return records;
  return await Promise.all(keys.map((key) => readable(() => tenant.get(key))));
}
