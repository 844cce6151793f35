import type { TenantStore } from "../store/tenant_store.ts";
import type { PublicAuditKey } from "./audit_key.ts";
import {
  type AuditHead,
  type Checkpoint,
  type CheckpointRow,
  checkpointText,
  headAfter,
  NOTHING_SEALED,
} from "./checkpoint.ts";
import { type AuditFault, fault } from "./fault.ts";
import { EMPTY_TREE, rootOf, type Tree, withLeaf } from "./merkle.ts";
import { storedCheckpoints } from "./stored_checkpoints.ts";
import { expectedOf, faultyRecord, leavesNow } from "./verify_records.ts";

/** A checkpoint that was kept outside the store: the server's log has one line for each. */
export type Witness = Pick<Checkpoint, "org" | "size" | "root">;

/** How far a log is good. */
export interface Walk {
  /** Over the records that are good. */
  tree: Readonly<Tree>;
  /** What the sealer's head has to be after the last good checkpoint. */
  head: Readonly<AuditHead>;
}

/** Goes through an org's checkpoints and their records, up to some size of the log or the first fault. */
export async function walkLog(
  tenant: TenantStore,
  keys: readonly PublicAuditKey[],
  witnesses: readonly Witness[],
  upTo: number,
): Promise<Walk & { fault: AuditFault | null }> {
  let walk: Walk = { tree: EMPTY_TREE, head: NOTHING_SEALED };
  if (upTo === 0) return { ...walk, fault: null };
  for await (const { place, row } of storedCheckpoints(tenant)) {
    const found = row === null
      ? fault("unreadable", `checkpoint ${place} is no checkpoint any more`)
      : faultOfCheckpoint(row, tenant.orgId, keys, walk) ??
        await faultOfRecords(tenant, row, witnesses, walk.tree);
    if (found || row === null) return { ...walk, fault: found };
    let { tree } = walk;
    for (const leaf of row.leaves) tree = withLeaf(tree, leaf);
    walk = { tree, head: headAfter(row, tree.peaks) };
    if (tree.size >= upTo) break;
  }
  return { ...walk, fault: null };
}

function faultOfCheckpoint(
  row: CheckpointRow,
  orgId: string,
  keys: readonly PublicAuditKey[],
  { tree, head }: Readonly<Walk>,
): AuditFault | null {
  const name = `checkpoint ${row.size}`;
  const key = keys.find(({ id }) => id === row.key);
  if (key === undefined) {
    return fault(
      "bad-signature",
      `${name} is signed with the key ${row.key}, which is not this instance's`,
    );
  }
  if (!key.isSigned(checkpointText(row), row.signature)) {
    return fault(
      "bad-signature",
      `${name} was changed or forged: its signature does not fit`,
    );
  }
  if (row.org !== orgId) {
    return fault("broken-chain", `${name} belongs to the log of ${row.org}`);
  }
  const starts = row.size - row.ids.length;
  if (row.previous === head.previous && starts === tree.size) return null;
  return fault(
    "broken-chain",
    starts > tree.size
      ? `${name} begins after record ${starts}, but the checkpoint before it is missing: nothing seals records ${
        tree.size + 1
      } to ${starts}`
      : `${name} does not follow the checkpoint before it, of ${tree.size} records`,
  );
}

async function faultOfRecords(
  tenant: TenantStore,
  row: CheckpointRow,
  witnesses: readonly Witness[],
  before: Tree,
): Promise<AuditFault | null> {
  const expected = expectedOf(row, before.size + 1);
  if (rootOver(before, row.leaves) !== row.root) {
    return await faultOfList(tenant, row, before);
  }
  let tree = before;
  for (const leaf of row.leaves) {
    tree = withLeaf(tree, leaf);
    const { size } = tree;
    const witness = witnesses.find((known) => known.size === size);
    if (witness && witness.root !== rootOf(tree)) {
      return fault(
        "other-history",
        `checkpoint ${row.size}: the first ${size} records are not those of the checkpoint kept outside`,
      );
    }
  }
  return await faultyRecord(tenant, expected, {
    leaves: row.leaves,
    from: before.size + 1,
  });
}

function rootOver(before: Tree, leaves: readonly string[]): string {
  let tree = before;
  for (const leaf of leaves) tree = withLeaf(tree, leaf);
  return rootOf(tree);
}

/** The list of a checkpoint's records does not fit its signed root: the list was changed, or the records with it. */
async function faultOfList(
  tenant: TenantStore,
  row: CheckpointRow,
  before: Tree,
): Promise<AuditFault> {
  const from = before.size + 1;
  const leaves = await leavesNow(tenant, row.ids);
  const at = leaves.findIndex((leaf, i) => leaf !== row.leaves[i]);
  const isOnlyList = leaves.every((leaf) => leaf !== null) &&
    rootOver(before, leaves as string[]) === row.root;
  const what = isOnlyList
    ? "; the records themselves are good"
    : at < 0
    ? `, and of its records ${from} to ${row.size} some were edited or reordered with it`
    : "";
  const where = at < 0 ? "" : ` at record ${row.ids[at]}, number ${from + at}`;
  return fault(
    at < 0 ? "reordered" : "edited",
    `checkpoint ${row.size}: its list of records was changed${where}${what}`,
  );
}
