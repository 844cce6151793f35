import type {
  BuildSnapshot,
  ClientModule,
  ClientRuntime,
} from "../build_snapshot.ts";

/** An exported component of an island module. */
export interface IslandExport {
  /** The name of its module's file and of the export, for messages. */
  readonly label: string;
  /** The name of the export, as JSON. */
  readonly quotedName: string;
  readonly client: ClientModule;
}

/** What is equal on all pages with the same islands. */
export interface IslandPreamble {
  /** What the page's head gets. */
  readonly head: string;
  /** The beginning of the data element. */
  readonly open: string;
}

/** What rendering needs to know of a build. */
export interface RenderAssets {
  readonly basePath: string;
  readonly buildId: string;
  readonly snapshot: BuildSnapshot | null;
  readonly runtime: ClientRuntime | null;
  /** Islands by their component. */
  readonly islands: ReadonlyMap<unknown, IslandExport>;
  /** The preambles that have been made, by the islands they are for. */
  readonly preambles: Map<string, IslandPreamble>;
}

/** Prepares a build for rendering. */
export function renderAssetsOf(
  snapshot: BuildSnapshot | null,
  basePath: string,
): RenderAssets {
  const islands = new Map<unknown, IslandExport>();
  for (const island of snapshot?.islands ?? []) {
    for (const [exportName, value] of Object.entries(island.exports)) {
      if (typeof value !== "function") continue;
      islands.set(value, {
        label: exportName === "default" ? value.name || "default" : exportName,
        quotedName: JSON.stringify(exportName),
        client: island.client,
      });
    }
  }
  return {
    basePath,
    buildId: snapshot?.buildId ?? "",
    snapshot,
    runtime: snapshot?.runtime ?? null,
    islands,
    preambles: new Map(),
  };
}
