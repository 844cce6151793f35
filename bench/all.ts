import { benchApply } from "./apply.ts";
import { benchEnqueue } from "./enqueue.ts";
import { benchSync } from "./sync.ts";

await benchApply();
await benchSync();
await benchEnqueue();
