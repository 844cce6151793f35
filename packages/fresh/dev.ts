/**
 * Builds an app and serves it to its developers.
 *
 * @module
 */
export { Builder, type BuildOptions } from "./src/dev/builder.ts";
export type {
  OnTransformArgs,
  OnTransformOptions,
  OnTransformResult,
  TransformFn,
} from "./src/dev/transform.ts";
