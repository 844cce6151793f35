import { Kpi, Spark } from "./Kpi.tsx";

/** The figures of a day. */
export interface DayFigures {
  applied: number;
  replayed: number;
  conflicts: number;
  /** By problem code. */
  refused: Readonly<Record<string, number>>;
}

/** Props of {@link SyncFigures}. */
export interface SyncFiguresProps {
  /** Today first. */
  days: readonly DayFigures[];
}

const refusedOf = ({ refused }: DayFigures) =>
  Object.values(refused).reduce((sum, n) => sum + n, 0);

/** What became of today's queued ops, and of the days before. Icons: check, merge, again, x. */
export function SyncFigures({ days }: SyncFiguresProps) {
  const figure = (
    label: string,
    of: (day: DayFigures) => number,
    icon: "check" | "merge" | "again" | "x",
  ) => {
    const values = days.map(of);
    const [today = 0, yesterday = 0] = values;
    return (
      <Kpi
        label={label}
        value={today}
        unit="today"
        note={`${yesterday} yesterday`}
        noteIcon={icon}
      >
        <Spark
          kind="bars"
          values={values.toReversed()}
          label={`${label} per day, last ${values.length} days`}
        />
      </Kpi>
    );
  };
  return (
    <div class="kpis">
      {figure("Ops applied", (day) => day.applied, "check")}
      {figure("Replayed", (day) => day.replayed, "again")}
      {figure("Conflicts", (day) => day.conflicts, "merge")}
      {figure("Refused", refusedOf, "x")}
    </div>
  );
}
