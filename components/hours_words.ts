import type { ClockFlag } from "../lib/model/timesheet.ts";
import { dayWords, timeOfDay } from "./time_words.ts";

/** What is odd about a worker's day, for the people who pay it. */
const FLAG_WORDS: Record<ClockFlag, string> = {
  "double-in": "clocked in twice",
  "double-out": "clocked out twice",
  "odd-break": "a break does not add up",
  "doubtful-clock": "the phone's clock is not proven",
};

/** The parts of a worker's day that remarks are made from. */
interface OddDay {
  day: string;
  openSince: string | null;
  flags: readonly ClockFlag[];
}

/** A day of the week as a table's head has it: "Mon". */
export function weekdayWord(day: string): string {
  return dayWords(day).slice(0, 3);
}

/** What somebody should look at before hours are paid, a sentence each; empty when all is plain. */
export function remarksOf(days: readonly OddDay[], timeZone: string): string[] {
  return days.flatMap(({ day, openSince, flags }) => {
    const words = flags.map((flag) => FLAG_WORDS[flag]);
    if (openSince !== null) {
      words.push(`on the clock since ${timeOfDay(timeZone, openSince)}`);
    }
    return words.length > 0 ? [`${weekdayWord(day)}: ${words.join(", ")}`] : [];
  });
}
