import { z } from "zod";
import type { Key } from "../store/keys.ts";
import type { ListRange } from "../store/store.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import {
  type AuditHead,
  type CheckpointRow,
  MAX_SEALED,
} from "./checkpoint.ts";
import { readable, UNREADABLE } from "./readable.ts";

/** Checkpoints that are in memory at once. */
const PAGE = 20;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const storedCheckpoint: z.ZodType<CheckpointRow> = z.strictObject({
  v: z.literal(1),
  org: z.string(),
  size: z.int().min(1),
  root: hash,
  previous: hash.nullable(),
  at: z.string(),
  cursor: z.string(),
  waiting: z.array(z.string()),
  key: z.string(),
  signature: z.string(),
  ids: z.array(z.string()).min(1).max(MAX_SEALED),
  leaves: z.array(hash).min(1).max(MAX_SEALED),
}).refine(({ ids, leaves }) => ids.length === leaves.length);

const storedHead: z.ZodType<AuditHead> = z.strictObject({
  v: z.literal(1),
  size: z.int().min(0),
  peaks: z.array(z.string()),
  root: hash,
  previous: hash.nullable(),
  at: z.string(),
  cursor: z.string(),
  waiting: z.array(z.string()),
});

/** A checkpoint as it was found, which somebody may have changed. */
export interface StoredCheckpoint {
  /** What the row is filed under, for people. */
  place: string;
  /** Null for what is no checkpoint, or is filed under another size than its own. */
  row: CheckpointRow | null;
}

/** The checkpoints of an org in their order, a few in memory at once. */
export async function* storedCheckpoints(
  tenant: TenantStore,
): AsyncGenerator<StoredCheckpoint> {
  const prefix = tenant.keys.auditCheckpoints();
  let start: Key | null = null;
  let limit = PAGE;
  let after = "";
  for (;;) {
    const range: ListRange = { prefix, ...(start && { start }), limit };
    const rows = await readable(() => tenant.list(range));
    if (rows === UNREADABLE) {
      if (limit === 1) {
        yield { place: `after ${after || "the beginning"}`, row: null };
        return;
      }
      // One by one up to the one that cannot be read.
      limit = 1;
      continue;
    }
    for (const { key, value } of rows) {
      const place = key.slice(prefix.length).join("/");
      const parsed = storedCheckpoint.safeParse(value);
      const row = parsed.success && place === String(parsed.data.size)
        ? parsed.data
        : null;
      yield { place, row };
      after = place;
    }
    const last = rows.at(-1)?.key;
    if (last === undefined || rows.length < limit) return;
    // Whatever stands there, the next key comes after it.
    start = [...last as Key, ""];
  }
}

/** The size under which the newest checkpoint is filed; 0 where there is none, Infinity where it is none. */
export async function newestSize(tenant: TenantStore): Promise<number> {
  const prefix = tenant.keys.auditCheckpoints();
  const rows = await readable(() =>
    tenant.list({ prefix, limit: 1, reverse: true })
  );
  if (rows === UNREADABLE) return Infinity;
  const [row] = rows;
  if (row === undefined) return 0;
  const size = row.key.at(-1);
  return typeof size === "number" && size > 0 ? size : Infinity;
}

/** The sealer's head as it was found; null where there is none, `UNREADABLE` where it is none. */
export async function readHead(
  tenant: TenantStore,
): Promise<AuditHead | null | typeof UNREADABLE> {
  const head = await readable(() => tenant.get(tenant.keys.auditHead()));
  if (head === null || head === UNREADABLE) return head;
  const parsed = storedHead.safeParse(head);
  return parsed.success ? parsed.data : UNREADABLE;
}
