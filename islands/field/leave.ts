import "./shared_chunk.ts";

// Loaded when a person logs out, or may do so on a device that keeps pictures.
export { countUnsentPictures } from "../../lib/offline/count_pictures.ts";
export { leaveField, openField } from "../../lib/offline/scope.ts";
