import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";

/** One step of an order. */
export interface Step {
  name: string;
  /** When it happened, or for how long it runs. */
  time?: ComponentChildren;
  state: "done" | "now" | "todo" | "paused";
}

/** Props of {@link Steps}. */
export interface StepsProps {
  label: string;
  steps: readonly Step[];
}

const CLASSES = {
  done: "is-done",
  now: "is-now",
  paused: "is-held",
  todo: undefined,
};

/** The steps of one order, laid on the same line as the day's route. */
export function Steps({ label, steps }: StepsProps) {
  return (
    <ol class="steps" aria-label={label}>
      {steps.map(({ name, time, state }) => (
        <li
          key={name}
          class={CLASSES[state]}
          aria-current={state === "now" || state === "paused"
            ? "step"
            : undefined}
        >
          <span class="dot">
            {state === "done"
              ? <Icon name="check" />
              : state === "paused"
              ? <Icon name="pause" />
              : null}
          </span>
          <span>
            {name}
            {time && <small>{time}</small>}
          </span>
        </li>
      ))}
    </ol>
  );
}
