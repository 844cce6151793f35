import type {
  BuildSnapshot,
  ClientModule,
  ClientRuntime,
} from "../build_snapshot.ts";

/** An exported component of an island module. */
export interface IslandExport {
  /** The name of its module's file and of the export, for messages. */
  readonly label: string;
  readonly exportName: string;
  readonly client: ClientModule;
}

/** What rendering needs to know of a build. */
export interface RenderAssets {
  readonly basePath: string;
  readonly buildId: string;
  readonly snapshot: BuildSnapshot | null;
  readonly runtime: ClientRuntime | null;
  /** Islands by their component. */
  readonly islands: ReadonlyMap<unknown, IslandExport>;
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
        exportName,
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
  };
}
