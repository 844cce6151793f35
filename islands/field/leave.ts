import "./shared_chunk.ts";

// Loaded when a person logs out.
export { leaveField, openField } from "../../lib/offline/scope.ts";
