import { Badge } from "./Badge.tsx";
import { remarksOf, weekdayWord } from "./hours_words.ts";
import { Table } from "./Table.tsx";
import { hoursMinutes } from "./time_words.ts";
import type { ClockFlag } from "../lib/model/timesheet.ts";

/** One worker's day. */
export interface HoursDay {
  /** YYYY-MM-DD. */
  day: string;
  /** In closed shifts, milliseconds. */
  workedMs: number;
  /** Begin of a shift that is open, ISO 8601. */
  openSince: string | null;
  flags: readonly ClockFlag[];
}

/** One worker's week. */
export interface HoursWorker {
  userId: string;
  /** Null for somebody who left. */
  name: string | null;
  days: readonly HoursDay[];
  workedMs: number;
}

/** Props of {@link HoursTable}. */
export interface HoursTableProps {
  /** Seven days, YYYY-MM-DD. */
  days: readonly string[];
  workers: readonly HoursWorker[];
  /** IANA name. */
  timeZone: string;
}

/** What stands in for somebody whose membership ended. */
export const LEFT = "Somebody who left";

function DayCell({ day }: { day: HoursDay | undefined }) {
  if (!day) return <span class="vh">none</span>;
  if (day.openSince !== null) {
    return (
      <>
        {day.workedMs > 0 && `${hoursMinutes(day.workedMs)} `}
        <Badge tone="info" icon="play">Open</Badge>
      </>
    );
  }
  const worked = hoursMinutes(day.workedMs);
  return day.flags.length > 0
    ? <Badge tone="wait" icon="warn">{worked}</Badge>
    : <>{worked}</>;
}

/** Hours of a week by worker and day, as h:mm, with what somebody should look at. Icons: play, warn, check. */
export function HoursTable({ days, workers, timeZone }: HoursTableProps) {
  const all = workers.flatMap((worker) => worker.days);
  const sum = (of: readonly HoursDay[]) =>
    hoursMinutes(of.reduce((total, { workedMs }) => total + workedMs, 0));
  return (
    <Table
      caption="Hours by worker and day, hours and minutes"
      columns={[
        { label: "Worker" },
        ...days.map((day) => ({
          label: `${weekdayWord(day)} ${Number(day.slice(8))}`,
          num: true,
        })),
        { label: "Total", num: true },
        { label: "Remarks" },
      ]}
      rows={[
        ...workers.map((worker) => {
          const remarks = remarksOf(worker.days, timeZone);
          return {
            key: worker.userId,
            cells: [
              worker.name ?? LEFT,
              ...days.map((day) => (
                <DayCell
                  key={day}
                  day={worker.days.find((row) => row.day === day)}
                />
              )),
              <b key="total">{hoursMinutes(worker.workedMs)}</b>,
              remarks.length > 0
                ? remarks.map((text) => <small key={text}>{text}</small>)
                : <Badge key="plain" icon="check">None</Badge>,
            ],
          };
        }),
        {
          key: "all",
          cells: [
            "Everybody",
            ...days.map((day) => sum(all.filter((row) => row.day === day))),
            <b key="total">{sum(all)}</b>,
            "",
          ],
        },
      ]}
    />
  );
}
