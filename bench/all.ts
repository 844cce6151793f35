import { benchApply } from "./apply.ts";
import { benchEnqueue } from "./enqueue.ts";
import { benchLowEnd } from "./low_end.ts";
import { benchPhoneSync } from "./phone_sync.ts";
import { benchSync } from "./sync.ts";

await benchApply();
await benchSync();
await benchPhoneSync();
await benchEnqueue();
await benchLowEnd();
