import { Trace, type TraceState } from "./Trace.tsx";

/** Props of {@link SyncPill}. */
export interface SyncPillProps {
  state: TraceState;
  /** `saved`: changes kept here. `sending`: already sent. `needs-you`: changes that wait for the person. */
  count?: number | undefined;
  /** `sending`: of how many. */
  total?: number | undefined;
  /** `received`: time of the last receipt, such as 10:51. */
  at?: string | undefined;
  /** Where the changes are listed. */
  href?: string | undefined;
}

/** The sentence of each state, without numbers: read out when the state changes, not for every change sent. */
const SAY: Record<TraceState, string> = {
  saved: "Saved on this phone",
  sending: "Sending",
  received: "All received",
  "needs-you": "Needs you",
};

/** Sync state of the whole device, in the top bar of every field page. */
export function SyncPill(
  { state, count = 0, total = 0, at = "", href = "/client/changes" }:
    SyncPillProps,
) {
  const line = state === "saved"
    ? ["On this", count ? `phone ${count}` : "phone"]
    : state === "sending"
    ? ["Sending", `${count} of ${total}`]
    : state === "received"
    ? ["All received", at]
    : [count === 1 ? "1 needs you" : `${count} need you`, ""];
  return (
    <>
      <a class={"sync sync-" + state} href={href}>
        <Trace state={state} />
        <span class="sync-text">
          <span>{line[0]}</span> <span>{line[1]}</span>
        </span>
      </a>
      <span class="vh" role="status">{SAY[state]}</span>
    </>
  );
}
