import "../shared_chunk.ts";

// Loaded when the engine needs it: see `later.ts`.
export * from "../../../lib/offline/recovery.ts";
