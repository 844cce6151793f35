import { answerChange } from "../../../lib/http/call.ts";
import { define } from "../../../lib/http/state.ts";

/** Presses the clock. */
export const handler = define.handlers({ POST: answerChange });
