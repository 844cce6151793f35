/** How source maps are made. */
export type SourceMapKind = boolean | "linked" | "inline" | "external" | "both";

/** Whether and how source maps are made. */
export interface SourceMapOptions {
  readonly kind: SourceMapKind;
  /** What the names of the sources are relative to. */
  readonly sourceRoot?: string | undefined;
  /** Whether the maps contain the sources. Default: yes. */
  readonly sourcesContent?: boolean | undefined;
}
