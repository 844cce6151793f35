import { benchSync } from "./sync.ts";

await benchSync();
