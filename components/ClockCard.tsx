import type { ComponentChildren } from "preact";

/** Props of {@link ClockCard}. */
export interface ClockCardProps {
  status: "on" | "break" | "off";
  /** Worked time as h:mm. */
  time: string;
  /** The seconds as two digits, where a script keeps them running. */
  seconds?: string | undefined;
  /** Since when, and how long the break was. */
  note?: ComponentChildren;
  /** Buttons: Break, Clock out, Go on. Clock in is the main action of the dock instead. */
  children?: ComponentChildren;
}

const WORDS = {
  on: "On the clock",
  break: "On a break",
  off: "Not clocked in",
};

/** The working time, large enough to read at arm's length. */
export function ClockCard(
  { status, time, seconds, note, children }: ClockCardProps,
) {
  return (
    <section class={"clock clock-" + status} aria-label="Working time">
      <p class="clock-word">
        <span class="beat" />
        {WORDS[status]}
      </p>
      {note && <p class="clock-note">{note}</p>}
      <p class="clock-time">
        <span class="vh">Worked</span>
        {time}
        {seconds && <span aria-hidden="true">:{seconds}</span>}
      </p>
      {children && <div class="clock-do">{children}</div>}
    </section>
  );
}
