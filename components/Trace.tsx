/** How far a change got on its way from the phone to the office. */
export type TraceState = "saved" | "sending" | "received" | "needs-you";

/** Props of {@link Trace}. */
export interface TraceProps {
  state: TraceState;
  /** Drawn large, beside a sentence. */
  big?: boolean | undefined;
}

/** Phone, line, office: the honest sync state as one drawing. Never without a word beside it. */
export function Trace({ state, big }: TraceProps) {
  return (
    <svg
      class={big ? "trace trace-big" : "trace"}
      viewBox="0 0 40 16"
      aria-hidden="true"
    >
      <use href={"#t-" + state} />
    </svg>
  );
}
