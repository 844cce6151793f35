import type { Change, TenantStore } from "./tenant_store.ts";

/** Changes after a position in an org's change feed. */
export interface FeedPage {
  /** Changed records, each once, in the order of their last change. */
  changes: Change[];
  /** The position after these changes. */
  position: string;
  /** As many commits were read as were asked for: there may be more. */
  more: boolean;
}

/** The newest position of an org's change feed; "" while nothing ever changed. */
export async function feedHead(tenant: TenantStore): Promise<string> {
  const [row] = await tenant.list({
    prefix: tenant.keys.changes(),
    limit: 1,
    reverse: true,
  });
  return row ? String(row.key.at(-1)) : "";
}

/**
 * Reads the change feed after a position, at most `commits` commits of it.
 *
 * @param position as `feedHead` or an earlier page gave it
 */
export async function readFeed(
  tenant: TenantStore,
  position: string,
  commits: number,
): Promise<FeedPage> {
  const prefix = tenant.keys.changes();
  const rows = await tenant.list<Change[]>({
    prefix,
    ...(position !== "" && { start: [...prefix, `${position}\0`] }),
    limit: commits,
  });
  const changes = new Map<string, Change>();
  for (const change of rows.flatMap((row) => row.value)) {
    const name = `${change.type}/${change.id}`;
    changes.delete(name);
    changes.set(name, change);
  }
  return {
    changes: [...changes.values()],
    position: rows.length > 0 ? String(rows.at(-1)?.key.at(-1)) : position,
    more: rows.length === commits,
  };
}
