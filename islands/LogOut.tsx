import "./field/every_island.ts";
import { Banner } from "../components/Banner.tsx";
import { Icon } from "../components/Icon.tsx";
import type { Me } from "../lib/model/spaces.ts";
import { useLeave } from "./field/use_leave.ts";

/** Logs out: tells what was not sent, tries once more to send it, and takes what is readable off this device. */
export default function LogOut({ me }: { me: Me }) {
  const { unsent, leaving, leave } = useLeave(me);
  return (
    <form class="stack" method="post" action="/logout" onSubmit={leave}>
      {unsent > 0 && (
        <Banner
          tone="wait"
          icon="device"
          title={unsent === 1
            ? "1 change was not sent."
            : `${unsent} changes were not sent.`}
        >
          It stays on this phone for you alone, and is sent when you log in here
          again.
        </Banner>
      )}
      <button
        class="btn btn-block"
        type="submit"
        aria-disabled={leaving ? "true" : undefined}
      >
        <Icon name="out" />
        {leaving ? "Sending what is left…" : "Log out"}
      </button>
    </form>
  );
}
