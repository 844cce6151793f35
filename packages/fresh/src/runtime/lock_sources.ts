import { asset, assetSrcSet } from "./asset.ts";

/** Locks what an image or a source loads to the build, unless it says not to. */
export function lockSources(props: Record<string, unknown>): void {
  if ("data-fresh-disable-lock" in props) return;
  for (const name of ["src", "srcset", "srcSet"]) {
    const value = props[name];
    if (typeof value === "string") {
      props[name] = (name === "src" ? asset : assetSrcSet)(value);
    }
  }
}
