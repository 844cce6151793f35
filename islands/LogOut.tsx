import "./field/every_island.ts";
import { useEffect, useState } from "preact/hooks";
import { Banner } from "../components/Banner.tsx";
import { Icon } from "../components/Icon.tsx";
import type { Me } from "../lib/model/spaces.ts";
import { glance } from "../lib/offline/glance.ts";

/** Logs out: tells what was not sent, tries once more to send it, and takes what is readable off this device. */
export default function LogOut({ me }: { me: Me }) {
  const [unsent, setUnsent] = useState(0);
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    glance(me).then((seen) =>
      setUnsent(seen ? seen.waiting + seen.needsYou : 0)
    );
  }, []);
  const leave = async (event: Event) => {
    const form = event.currentTarget as HTMLFormElement;
    event.preventDefault();
    if (leaving) return;
    setLeaving(true);
    try {
      const { openField, leaveField } = await import("./field/leave.ts");
      const field = await openField(me);
      if (field) await leaveField(field);
    } finally {
      form.submit();
    }
  };
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
