import { useEffect, useState } from "preact/hooks";
import { SyncPill } from "../../components/SyncPill.tsx";
import { timeOfDay } from "../../components/time_words.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { SyncStatus } from "../../lib/offline/status.ts";
import { askToPersist, estimateRoom } from "../../lib/offline/storage.ts";
import { useSeldom } from "./use_seldom.ts";

/** The device's sync state as the pill shows it. */
export function SyncNow(
  { status, me }: { status: SyncStatus | null; me: Me | null },
) {
  // Nothing is claimed before the device was asked.
  if (status === null) return <span class="sync-room" />;
  const { needsYou, sending, waiting, lastReceivedAt } = status;
  if (needsYou > 0) return <SyncPill state="needs-you" count={needsYou} />;
  if (sending) {
    return (
      <SyncPill state="sending" count={sending.done} total={sending.total} />
    );
  }
  if (waiting > 0) return <SyncPill state="saved" count={waiting} />;
  const at = lastReceivedAt && me ? timeOfDay(me.timeZone, lastReceivedAt) : "";
  return <SyncPill state="received" at={at} />;
}

/**
 * What a person has to know before going on: the session ended, the storage was lost or is nearly full, a new version
 * waits. Seldom, so the words are loaded when there is something to say.
 */
export function SyncNotices(
  { status, update }: { status: SyncStatus | null; update: boolean },
) {
  const [full, setFull] = useState(false);
  useEffect(() => askToPersist(), []);
  useEffect(() => estimateRoom(setFull), [status?.waiting]);
  const seldom = useSeldom(
    full || update || !!status?.loginNeeded || !!status?.lost,
  );
  return seldom && (
    <seldom.Notices status={status} update={update} full={full} />
  );
}
