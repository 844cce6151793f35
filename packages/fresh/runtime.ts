/**
 * What routes and islands share; safe to import in the browser.
 *
 * @module
 */
export { asset, assetSrcSet } from "./src/runtime/asset.ts";
export { Head } from "./src/runtime/head.ts";
export { Partial, type PartialProps } from "./src/runtime/partial.ts";
export { IS_BROWSER } from "./src/runtime/is_browser.ts";
export { HttpError } from "./src/http_error.ts";
