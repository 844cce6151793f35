/** How a log is not what was sealed. */
export type FaultKind =
  | "edited"
  | "missing"
  | "swapped"
  | "reordered"
  | "inserted"
  | "cut-off"
  | "bad-signature"
  | "broken-chain"
  | "other-history"
  | "unreadable";

/** The first thing that is wrong with an org's audit log. */
export interface AuditFault {
  /** What happened to it. */
  kind: FaultKind;
  /** Where and what, in plain words, with the id of the record or the size of the checkpoint. */
  message: string;
}

/** Names a fault. */
export function fault(kind: FaultKind, message: string): AuditFault {
  return { kind, message };
}
