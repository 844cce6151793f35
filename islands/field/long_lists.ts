import "./shared_chunk.ts";

// Loaded when a phone has more records than a first page shows, or somebody searches.
export {
  leadIds,
  openRecords,
  orderIds,
} from "../../lib/offline/long_lists.ts";
export { LeadSearch } from "./LeadSearch.tsx";
export { LongList } from "./LongList.tsx";
