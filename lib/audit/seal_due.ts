import { globalKeys, type Key, tenantKeys } from "../store/keys.ts";
import type { ListRange } from "../store/store.ts";
import type { AuditHead } from "./checkpoint.ts";
import { seal, type SealDeps } from "./seal.ts";

/** How often the sealer is to run, milliseconds: so long an audited change waits for its checkpoint at most. */
export const SEAL_EVERY_MS = 60_000;

/** A log that was sealed so shortly ago was sealed by another process. */
const JUST_SEALED_MS = SEAL_EVERY_MS / 2;

/** Orgs that are looked at together. */
const ORGS_AT_ONCE = 100;

/** How to go about what is due. */
export interface SealOptions {
  /** Seals also what was sealed just now: before a process stops. */
  all?: boolean;
  /** Stops after the present org once it is aborted. */
  signal?: AbortSignal;
}

/** Seals the orgs that have something to seal. A crash loses none: what says so was set in the commit that is audited. */
export async function sealDue(
  deps: SealDeps,
  { all = false, signal }: SealOptions = {},
): Promise<void> {
  const { store } = deps;
  let start: Key | null = null;
  for (;;) {
    const range: ListRange = {
      prefix: globalKeys.auditsDue(),
      ...(start && { start }),
      limit: ORGS_AT_ONCE,
    };
    const orgIds = (await store.list(range)).map(({ key }) =>
      String(key.at(-1))
    );
    const heads = await store.getMany<AuditHead>(
      orgIds.map((orgId) => tenantKeys(orgId).auditHead()),
    );
    const before = new Date(deps.now() - JUST_SEALED_MS).toISOString();
    for (const [i, orgId] of orgIds.entries()) {
      if (signal?.aborted) return;
      if (!all && (heads[i]?.at ?? "") > before) continue;
      await sealOrSay(deps, orgId);
    }
    const last = orgIds.at(-1);
    if (last === undefined || orgIds.length < ORGS_AT_ONCE) return;
    start = globalKeys.auditDue(`${last}\0`);
  }
}

/** One log that cannot be sealed does not keep the others waiting; its marker stays, and the next run tries again. */
async function sealOrSay(deps: SealDeps, orgId: string): Promise<void> {
  try {
    await sealOne(deps, orgId);
  } catch (error) {
    deps.log({
      time: new Date(deps.now()).toISOString(),
      level: "error",
      event: "audit-not-sealed",
      org: orgId,
      error: String(error),
    });
  }
}

async function sealOne(deps: SealDeps, orgId: string): Promise<void> {
  const marker = globalKeys.auditDue(orgId);
  // Read before the feed is: what is audited from now on sets it anew, and then it stays.
  const tx = deps.store.transaction();
  await tx.get(marker);
  const { upToDate } = await seal(deps, orgId);
  if (!upToDate) return;
  tx.delete(marker);
  await tx.commit();
}
