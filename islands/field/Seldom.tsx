import "./shared_chunk.ts";
import { useEffect, useState } from "preact/hooks";
import { Banner } from "../../components/Banner.tsx";
import { Empty } from "../../components/Empty.tsx";
import { browserDevice } from "../../lib/offline/device.ts";
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
      {update && <NewVersion />}
    </>
  );
}

/**
 * Offers the new version. It begins when nothing is on its way any more, which can take a while on a slow network, and the page
 * is then loaded again without what was typed and not saved.
 */
function NewVersion() {
  const [agreed, setAgreed] = useState(false);
  return (
    <Banner
      tone="info"
      icon="warn"
      title="A new version is ready."
      action={
        <button
          type="button"
          class="btn"
          onClick={() => {
            setAgreed(true);
            activateUpdate();
          }}
        >
          Use it
        </button>
      }
    >
      {agreed
        ? "Wait with typing: it begins as soon as the office has answered what is being sent."
        : "What is saved stays. First save what you are typing."}
    </Banner>
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

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "full" });

/** Nobody's work is shown: nobody is logged in, or the phone has been away for too long, as far as it can tell. */
function Nobody() {
  const device = browserDevice();
  const { away } = device;
  const logIn = <a class="btn btn-main btn-block" href="/login">Log in</a>;
  if (!away?.heardAt) {
    return (
      <Empty
        art="offline"
        title="Log in when you have a network"
        action={logIn}
      >
        {away
          ? "Your work has not been loaded onto this phone yet."
          : "Nobody is logged in on this phone."}{" "}
        Changes that were saved here are safe.
      </Empty>
    );
  }
  return (
    <Empty
      art="offline"
      title="Check this phone's date"
      action={
        <>
          <button
            type="button"
            class="btn btn-main btn-block"
            onClick={() => location.reload()}
          >
            The date is right now
          </button>
          <a class="btn btn-block" href="/login">Log in</a>
        </>
      }
    >
      It says {DATE.format(device.now())}. By that date it has not reached{" "}
      {away.me.company}{" "}
      for 30 days, so it shows no work. Nothing is lost. If the date is wrong,
      correct it in the phone's settings. If it is right, log in when you have a
      network.
    </Empty>
  );
}

/** Props of {@link NoData}. */
export interface NoDataProps {
  phase: "nobody" | "missing" | "broken";
  /** What the screen would show. */
  what: string;
}

/** Why a screen has no data, and what to do: nobody logged in, not on this device, the storage broken. */
export function NoData({ phase, what }: NoDataProps) {
  switch (phase) {
    case "nobody":
      return <Nobody />;
    case "missing":
      return (
        <Empty
          art="offline"
          title={`This phone does not have ${what}`}
          action={<a class="btn btn-block" href="/client/today">Go to today</a>}
        >
          It comes with the network, if it is yours.
        </Empty>
      );
    default:
      return (
        <Empty
          art="broken"
          title="This phone's storage does not answer"
          action={
            <button
              type="button"
              class="btn btn-block"
              onClick={() => location.reload()}
            >
              Try again
            </button>
          }
        >
          Nothing was changed. Closing the app and opening it again often helps.
        </Empty>
      );
  }
}
