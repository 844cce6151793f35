import { Empty } from "../../components/Empty.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import type { Phase } from "./use_field.ts";

/** What a screen shows while it has no data: still reading, nobody logged in, not on this device. */
export function Elsewhere({ phase, what }: { phase: Phase; what: string }) {
  switch (phase) {
    case "nobody":
      return (
        <Empty
          art="offline"
          title="Log in when you have a network"
          action={<a class="btn btn-main btn-block" href="/login">Log in</a>}
        >
          Nobody is logged in on this phone. Changes that were saved here are
          safe.
        </Empty>
      );
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
    case "broken":
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
    default:
      return <Skeleton label="Reading from this phone" rows={4} />;
  }
}
