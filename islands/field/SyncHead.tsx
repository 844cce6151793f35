import { Banner } from "../../components/Banner.tsx";
import { SyncPill } from "../../components/SyncPill.tsx";
import { timeOfDay } from "../../components/time_words.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { SyncStatus } from "../../lib/offline/status.ts";
import { activateUpdate } from "../../lib/offline/register.ts";

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

/** What a person has to know before going on: the session ended, the storage was lost, a new version waits. */
export function SyncNotices(
  { status, update }: { status: SyncStatus | null; update: boolean },
) {
  return (
    <>
      {status?.loginNeeded && (
        <Banner
          tone="wait"
          icon="warn"
          title="Log in to send your changes."
          action={
            <a
              class="btn"
              href={`/login?next=${encodeURIComponent(location.pathname)}`}
            >
              Log in
            </a>
          }
        >
          They are safe on this phone, and go on by themselves then.
        </Banner>
      )}
      {status?.lost && (
        <Banner
          tone="bad"
          icon="warn"
          title="This phone deleted the app's storage."
        >
          Changes up to number {status.lost.lastSeq}{" "}
          were made here. Ask the office which of them arrived.
        </Banner>
      )}
      {update && (
        <Banner
          tone="info"
          icon="warn"
          title="A new version is ready."
          action={
            <button
              type="button"
              class="btn"
              onClick={() => activateUpdate()}
            >
              Use it
            </button>
          }
        >
          Nothing is lost by changing.
        </Banner>
      )}
    </>
  );
}
