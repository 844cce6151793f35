import type { BlobProgress } from "../model/blob.ts";
import { partsOf } from "../model/blob_parts.ts";
import type { Problem, ProblemCode } from "../model/problem.ts";
import {
  dropBlob,
  isRefused,
  keptBlobs,
  keptBytes,
  noteBlob,
} from "./blobs.ts";
import { type Field, notify, watch } from "./field.ts";
import { databaseName, type KeptBlob, scopeOf } from "./schema.ts";
import { backoffMs, REQUEST_TIMEOUT_MS, waitOf } from "./wire.ts";

/** How long a device keeps what the server has, milliseconds: 14 days, as for answered ops. */
const KEEP_MS = 14 * 86_400_000;

/** What decides whether a picture may go now. */
export interface Link {
  /** A network that costs nothing, as far as the browser tells. */
  readonly free: boolean;
  /** The app is before somebody's eyes. */
  readonly focused: boolean;
  /** The person asked the browser to save data. */
  readonly saving: boolean;
}

/** What a browser tells of its network, where it does. */
interface Connection extends EventTarget {
  type?: string;
  saveData?: boolean;
}

const connection = (): Connection | undefined =>
  (navigator as { connection?: Connection }).connection;

/** The link of this page. */
export function pageLink(): Link {
  const { type, saveData } = connection() ?? {};
  return {
    free: type === "wifi" || type === "ethernet",
    focused: document.visibilityState === "visible" && document.hasFocus(),
    saving: saveData ?? false,
  };
}

/** Whether a picture waits for Wi-Fi or for somebody to look, which the person can waive. */
export function mayGo(row: KeptBlob, link: Link): boolean {
  return row.now === true || link.free || (link.focused && !link.saving);
}

const sendingNow = new WeakMap<Field, string>();

/** The id of the picture that this page is sending, if any. */
export function sendingBlob(field: Field): string | null {
  return sendingNow.get(field) ?? null;
}

/** How a round of sending ended; `waitMs` is when it is worth trying again. */
export type BlobOutcome =
  | { kind: "done" }
  /** Something waits for Wi-Fi, for focus, or for another tab that sends. */
  | { kind: "waits" }
  | { kind: "login" }
  | { kind: "later"; waitMs: number };

/** Why a round stops. */
class Stop extends Error {
  constructor(readonly outcome: BlobOutcome) {
    super("Stopped");
  }
}

/** Refusals of the picture itself; others are of whoever asks, or of the moment. */
const FINAL: readonly ProblemCode[] = [
  "forbidden",
  "not-found",
  "invalid-input",
  "body-too-large",
];

async function put(
  field: Field,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<BlobProgress | Problem> {
  const { device, me } = field;
  const abort = new AbortController();
  const callOff = device.after(REQUEST_TIMEOUT_MS, () => abort.abort());
  let answer: BlobProgress | Problem;
  try {
    const response = await device.fetch(path, {
      method: "PUT",
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: abort.signal,
      headers: {
        "content-type": typeof body === "string"
          ? "application/json"
          : "application/octet-stream",
        // Whoever is logged in by now may be somebody else.
        "streamflow-scope": scopeOf(me),
      },
      body,
    });
    answer = await response.json();
  } catch {
    throw new Stop({ kind: "later", waitMs: 0 });
  } finally {
    callOff();
  }
  if ("missing" in answer && Array.isArray(answer.missing)) return answer;
  const { status, code } = answer as Problem;
  if (FINAL.includes(code)) return answer as Problem;
  // Also what is no answer of ours: a captive portal's.
  throw new Stop(
    status === 401 || status === 403
      ? { kind: "login" }
      : { kind: "later", waitMs: status ? waitOf(answer as Problem) : 0 },
  );
}

async function sendOne(
  field: Field,
  row: KeptBlob,
  link: () => Link,
): Promise<void> {
  const bytes = await keptBytes(field, row);
  if (bytes === null) return;
  const parts = partsOf(bytes);
  const path = `/api/client/work-orders/${row.order}/blobs/${row.hash}`;
  const { chunks } = row.about;
  let progress = await put(field, path, JSON.stringify(row.about));
  for (const [i, chunk] of chunks.entries()) {
    if ("code" in progress || progress.complete) break;
    if (!progress.missing.includes(chunk)) continue;
    if (!mayGo(row, link())) throw new Stop({ kind: "waits" });
    const part = parts[i] as Uint8Array<ArrayBuffer>;
    progress = await put(field, `${path}/chunks/${chunk}`, part);
  }
  const end = progress;
  if ("code" in end) {
    return await noteBlob(field, row, ({ now: _waived, ...rest }) => ({
      ...rest,
      refused: end.code,
    }));
  }
  if (!end.complete) throw new Stop({ kind: "later", waitMs: 0 });
  await noteBlob(field, row, ({ refused: _mended, ...rest }) => ({
    ...rest,
    receivedAt: field.device.now(),
  }));
}

async function round(field: Field, link: () => Link): Promise<BlobOutcome> {
  let waits = false;
  for (const row of await keptBlobs(field)) {
    const { receivedAt } = row;
    if (receivedAt !== undefined) {
      if (field.device.now() - receivedAt > KEEP_MS) await dropBlob(field, row);
      continue;
    }
    // What was refused goes again when the person says so.
    if (isRefused(row)) continue;
    if (!mayGo(row, link())) {
      waits = true;
      continue;
    }
    sendingNow.set(field, row.id);
    notify(field);
    try {
      await sendOne(field, row, link);
    } finally {
      sendingNow.delete(field);
      notify(field);
    }
  }
  return { kind: waits ? "waits" : "done" };
}

/**
 * Sends the pictures that may go now, oldest order first, each from where an earlier try was torn. One tab at a time, to
 * save traffic; the server takes what comes twice for the same. Never throws for reasons of network or storage.
 */
export async function sendBlobs(
  field: Field,
  link: () => Link,
): Promise<BlobOutcome> {
  const work = async (): Promise<BlobOutcome> => {
    try {
      return await round(field, link);
    } catch (error) {
      return error instanceof Stop
        ? error.outcome
        : { kind: "later", waitMs: 0 };
    }
  };
  const { locks } = field.device;
  if (!locks) return await work();
  return await locks.request(
    `${databaseName(field.me)}:blobs`,
    { ifAvailable: true },
    (lock) => lock ? work() : { kind: "waits" as const },
  );
}

const kept = new WeakMap<Field, () => void>();

/**
 * Keeps an open page sending its pictures: now, after each change, and when the network, a better network or the person
 * comes back. Called again for the same field, it only looks again.
 */
export function keepSending(field: Field): void {
  const already = kept.get(field);
  if (already) return already();
  const { device } = field;
  let running = false;
  let failures = 0;
  let callOff = () => {};
  const run = async () => {
    if (running) return;
    running = true;
    callOff();
    const outcome = await sendBlobs(field, pageLink);
    running = false;
    if (outcome.kind !== "later") return failures = 0;
    const ms = outcome.waitMs + backoffMs(device, ++failures);
    callOff = device.after(ms, run);
  };
  // While a try waits for its turn, what changes on the page does not make it come sooner; a person does.
  const looked = () => {
    if (failures === 0) run();
  };
  kept.set(field, run);
  watch(field, looked);
  addEventListener("online", run);
  addEventListener("focus", run);
  document.addEventListener("visibilitychange", run);
  connection()?.addEventListener?.("change", run);
  run();
}
