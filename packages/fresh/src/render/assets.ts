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

/** How messages name an island: by its own name, or else by its file's. */
function labelOf(exportName: string, ownName: string, path: string): string {
  if (exportName !== "default") return exportName;
  if (ownName !== "" && ownName !== "default") return ownName;
  return path.replace(/^.*\/(?:island-)?/, "").replace(/(?:-.{8})?\.js$/, "");
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
        label: labelOf(exportName, value.name, island.client.path),
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
