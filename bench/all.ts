import { benchApply } from "./apply.ts";
import { benchEnqueue } from "./enqueue.ts";
import { benchLowEnd } from "./low_end.ts";
import { benchSync } from "./sync.ts";

await benchApply();
await benchSync();
await benchEnqueue();
await benchLowEnd();
