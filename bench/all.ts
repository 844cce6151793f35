import { benchEnqueue } from "./enqueue.ts";
import { benchSync } from "./sync.ts";

await benchSync();
await benchEnqueue();
