import { createHash } from "node:crypto";
import { canonicalJson } from "../model/canonical_json.ts";
import type { AuditKey } from "./audit_key.ts";
import { EMPTY_TREE, rootOf, type Tree } from "./merkle.ts";

/** What a checkpoint says, and its signature signs. */
export interface Checkpoint {
  /** Whose log it is. */
  org: string;
  /** How many records the log had. */
  size: number;
  /** The root of the tree over these records (hex), RFC 6962, section 2.1. */
  root: string;
  /** SHA-256 (hex) of the text of the checkpoint before it; null for the first. */
  previous: string | null;
  /** Server time at which it was made, ISO 8601. */
  at: string;
  /** The position in the change feed up to which everything is sealed or waits. */
  cursor: string;
  /** Records before the cursor to which more is being added, or was when their process died. */
  waiting: string[];
  /** Thumbprint of the key that signs it. */
  key: string;
}

/** A checkpoint as it is stored, with the records that came since the one before it. */
export interface CheckpointRow extends Checkpoint {
  /** Version of the row. */
  v: 1;
  /** Ed25519, base64url, over `checkpointText`. */
  signature: string;
  /** The ids of the records since the checkpoint before, in the log's order. */
  ids: string[];
  /** What each of them is in the tree: see `auditLeaf`. */
  leaves: string[];
}

/** Where the sealer of an org stands: what its last checkpoint said, and what the next one is built on. */
export interface AuditHead extends Tree {
  /** Version of the row. */
  v: 1;
  /** The root of `peaks`. */
  root: string;
  /** `checkpointHash` of the last checkpoint; null before the first. */
  previous: string | null;
  /** As the last checkpoint says. */
  at: string;
  /** As the last checkpoint says. */
  cursor: string;
  /** As the last checkpoint says. */
  waiting: string[];
}

/** Before anything was sealed. */
export const NOTHING_SEALED: Readonly<AuditHead> = {
  v: 1,
  ...EMPTY_TREE,
  root: rootOf(EMPTY_TREE),
  previous: null,
  at: "",
  cursor: "",
  waiting: [],
};

/** What the head is after a checkpoint. @param peaks of the tree whose root the checkpoint has */
export function headAfter(checkpoint: Checkpoint, peaks: string[]): AuditHead {
  const { size, root, at, cursor, waiting } = checkpoint;
  const previous = checkpointHash(checkpoint);
  return { v: 1, size, peaks, root, previous, at, cursor, waiting };
}

/** The most records of one checkpoint: their ids and hashes fit one value of the store. */
export const MAX_SEALED = 500;

/** The leaf of a record that was gone before it could be sealed: no hash is like this. */
export const NO_RECORD: string = "0".repeat(64);

/** The text that is signed: what it is, and the checkpoint as canonical JSON. */
export function checkpointText(checkpoint: Checkpoint): string {
  const { org, size, root, previous, at, cursor, waiting, key } = checkpoint;
  const said: Checkpoint = {
    org,
    size,
    root,
    previous,
    at,
    cursor,
    waiting,
    key,
  };
  return `StreamFlow audit checkpoint 1\n${canonicalJson(said)}`;
}

/** What the next checkpoint calls `previous`: SHA-256 (hex) of a checkpoint's text. */
export function checkpointHash(checkpoint: Checkpoint): string {
  return createHash("sha256").update(checkpointText(checkpoint)).digest("hex");
}

/** Signs a checkpoint of some records. */
export function signedCheckpoint(
  key: AuditKey,
  said: Omit<Checkpoint, "key">,
  sealed: Pick<CheckpointRow, "ids" | "leaves">,
): CheckpointRow {
  const checkpoint = { ...said, key: key.id };
  return {
    v: 1,
    ...checkpoint,
    signature: key.sign(checkpointText(checkpoint)),
    ...sealed,
  };
}
