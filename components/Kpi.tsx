import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

/** Props of {@link Kpi}. */
export interface KpiProps {
  label: string;
  value: string | number;
  /** Right of the number: "of 31", "orders". */
  unit?: string | undefined;
  note?: ComponentChildren;
  noteIcon?: IconName | undefined;
  /** The note tells of something wrong. */
  late?: boolean | undefined;
  /** One small `Spark`. */
  children?: ComponentChildren;
}

/** One figure. Several stand in `<div class="kpis">`. */
export function Kpi(
  { label, value, unit, note, noteIcon, late, children }: KpiProps,
) {
  return (
    <article class="card kpi">
      <h2>{label}</h2>
      <b>
        {value}
        {unit && <small>{" " + unit}</small>}
      </b>
      {children}
      {note && (
        <p class={late ? "late" : undefined}>
          {noteIcon && <Icon name={noteIcon} size="sm" />}
          <span>{note}</span>
        </p>
      )}
    </article>
  );
}

/** Props of {@link Spark}. */
export interface SparkProps {
  /** `bars` for counts of a period, the last one strong; `line` for a level over time. */
  kind: "bars" | "line";
  /** Oldest first. */
  values: readonly number[];
  /** The facts, for screen readers: "Orders per day, last seven days". */
  label: string;
}

/** A chart the size of a word: no labels, so it may stretch to its box. */
export function Spark({ kind, values, label }: SparkProps) {
  const top = Math.max(1, ...values);
  const y = (value: number) => Math.round(34 - value / top * 31);
  // A bar fills 0.7 of its step, and the last one ends at the edge.
  const step = 100 /
    Math.max(.7, kind === "bars" ? values.length - .3 : values.length - 1);
  const x = (at: number) => Math.round(at * step * 10) / 10;
  const line = values.map((value, at) =>
    `${at ? "L" : "M"}${x(at)} ${y(value)}`
  )
    .join("");
  return (
    <svg
      class="spark"
      viewBox="0 0 100 36"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {kind === "bars"
        ? values.map((value, at) => (
          <rect
            key={at}
            class={at === values.length - 1 ? "c-bar" : "c-soft"}
            x={x(at)}
            y={y(value)}
            width={Math.round(step * 7) / 10}
            height={36 - y(value)}
          />
        ))
        : (
          <>
            <path class="c-area" d={line + "V36H0Z"} />
            <path class="c-line" d={line} />
          </>
        )}
    </svg>
  );
}

/** Props of {@link Bars}. */
export interface BarsProps {
  /** What is done, of what there is: one line each. */
  items: readonly { label: string; done: number; of: number }[];
}

/** Done of planned, line by line. The labels are text, so they never shrink with the drawing. */
export function Bars({ items }: BarsProps) {
  const top = Math.max(1, ...items.map((item) => item.of));
  return (
    <dl class="bars">
      {items.map(({ label, done, of }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <svg
              viewBox={`0 0 ${top} 1`}
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <rect class="c-soft" width={of} height="1" />
              <rect class="c-bar" width={done} height="1" />
            </svg>
          </dd>
          <dd>{done} of {of}</dd>
        </div>
      ))}
    </dl>
  );
}
