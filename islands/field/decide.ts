import "./shared_chunk.ts";

// Loaded when a person decides about a change.
export { dismiss, tryAgain, undo } from "../../lib/offline/decisions.ts";
