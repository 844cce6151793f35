import { later } from "../../lib/offline/later.ts";

// What every field screen loads is one chunk only if nothing is loaded later that needs a part of it.
later.conflicts = () => import("./later/conflicts.ts");
later.recovery = () => import("./later/recovery.ts");
later.upkeep = () => import("./later/upkeep.ts");
later.takeKey = () => import("./later/take_key.ts");
