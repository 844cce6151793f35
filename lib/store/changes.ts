import type { Change, FeedRow, TenantStore } from "./tenant_store.ts";

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

/** What the change feed keeps of one commit, and where. */
export interface FeedCommit {
  /** The position after this commit. */
  position: string;
  /** Changes and audit marks, in no order. */
  row: FeedRow;
}

/**
 * Reads the commits of an org's change feed after a position, the oldest first, at most `commits` of them.
 *
 * @param position as `feedHead` or an earlier commit gave it; "" for the feed's start
 */
export async function readFeedCommits(
  tenant: TenantStore,
  position: string,
  commits: number,
): Promise<FeedCommit[]> {
  const prefix = tenant.keys.changes();
  const rows = await tenant.list<FeedRow>({
    prefix,
    ...(position !== "" && { start: [...prefix, `${position}\0`] }),
    limit: commits,
  });
  return rows.map(({ key, value }) => ({
    position: String(key.at(-1)),
    row: value,
  }));
}

/**
 * Reads the changed records after a position of the feed, at most `commits` commits of it. What was only audited is
 * passed over.
 *
 * @param position as `feedHead` or an earlier page gave it
 */
export async function readFeed(
  tenant: TenantStore,
  position: string,
  commits: number,
): Promise<FeedPage> {
  const rows = await readFeedCommits(tenant, position, commits);
  const changes = new Map<string, Change>();
  for (const change of rows.flatMap(({ row }) => row)) {
    if (change.type === "audit") continue;
    const name = `${change.type}/${change.id}`;
    changes.delete(name);
    changes.set(name, change);
  }
  return {
    changes: [...changes.values()],
    position: rows.at(-1)?.position ?? position,
    more: rows.length === commits,
  };
}
