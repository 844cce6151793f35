/**
 * What a field page takes of the device's store and sync code, and nothing else: the entry of its byte budget.
 *
 * @module
 */
export { readStatus } from "../lib/offline/changes.ts";
export { sync } from "../lib/offline/drainer.ts";
export { watch } from "../lib/offline/field.ts";
export { openField } from "../lib/offline/scope.ts";
export { keepInSync } from "../lib/offline/triggers.ts";
export { pressClock } from "../lib/offline/clock.ts";
