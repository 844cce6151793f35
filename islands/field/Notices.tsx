import "./shared_chunk.ts";
import { useEffect, useState } from "preact/hooks";
import { Banner } from "../../components/Banner.tsx";
import { activateUpdate } from "../../lib/offline/register.ts";
import { openField } from "../../lib/offline/scope.ts";
import type { SyncStatus } from "../../lib/offline/status.ts";
import { forgetVanished, lastReceivedOf } from "../../lib/offline/vanished.ts";

/** Props of {@link Notices}. */
export interface NoticesProps {
  status: SyncStatus | null;
  /** A new version of the app waits. */
  update: boolean;
  /** Little room is left. */
  full: boolean;
}

/** What a person has to know before going on. */
export function Notices({ status, update, full }: NoticesProps) {
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
      {full && (
        <Banner tone="bad" icon="warn" title="This phone is nearly full.">
          Everything until now is saved. Free some space soon, else new changes
          cannot be saved here; you are told when one is not.
        </Banner>
      )}
      {status?.lost && <Lost lost={status.lost} />}
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

/** What is known of a database that the browser deleted. */
function Lost({ lost }: { lost: NonNullable<SyncStatus["lost"]> }) {
  const { deviceId, lastSeq } = lost;
  const [received, setReceived] = useState<number | null>(null);
  useEffect(() => {
    const ask = async () => {
      const field = await openField(null);
      setReceived(field && await lastReceivedOf(field, deviceId));
    };
    ask().catch(() => {});
  }, [deviceId]);
  const missing = received === null ? 0 : lastSeq - received;
  return (
    <Banner
      tone="bad"
      icon="warn"
      title="This phone deleted the app's storage."
      action={received !== null && (
        <button
          type="button"
          class="btn"
          onClick={async () => {
            const field = await openField(null);
            if (field) await forgetVanished(field);
          }}
        >
          I have looked
        </button>
      )}
    >
      {received === null
        ? `Changes up to number ${lastSeq} were made here. How many of them arrived is told when there is a network.`
        : `The office received changes up to number ${received}${
          missing > 0 ? ` of ${lastSeq}: ${missing} did not arrive` : ""
        }.`}{" "}
      What you did after that without a network is gone. Look through today, and
      enter again what is missing.
    </Banner>
  );
}
