import { answerChange } from "../../../../../lib/http/call.ts";
import { define } from "../../../../../lib/http/state.ts";

/** Starts, pauses or finishes an order. */
export const handler = define.handlers({ POST: answerChange });
