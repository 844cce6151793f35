/**
 * What a generated `_fresh/server.js` needs. Apps do not import this.
 *
 * @module
 */
export { serveBuild } from "./src/disk_snapshot.ts";
