/**
 * What routes and islands share; safe to import in the browser.
 *
 * @module
 */
export { asset, assetSrcSet } from "./src/runtime/asset.ts";
export { Head } from "./src/runtime/head.ts";
export { Partial, type PartialProps } from "./src/runtime/partial.ts";
export { HttpError } from "./src/http_error.ts";

/** Whether the code runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";
