import { Banner } from "../../components/Banner.tsx";
import { Icon } from "../../components/Icon.tsx";
import type { Me } from "../../lib/model/spaces.ts";
import { useLeave } from "./use_leave.ts";

const counted = (count: number, one: string, many: string) =>
  count === 0 ? "" : `${count} ${count === 1 ? one : many}`;

/** Logs out: tells what was not sent, tries once more to send it, and takes what is readable off this device. */
export function LogOut({ me }: { me: Me }) {
  const { unsent, unsentPictures, leaving, leave } = useLeave(me);
  const count = unsent + unsentPictures;
  return (
    <form class="stack" method="post" action="/logout" onSubmit={leave}>
      {count > 0 && (
        <Banner
          tone="wait"
          icon="device"
          title={`${
            [
              counted(unsent, "change", "changes"),
              counted(unsentPictures, "picture", "pictures"),
            ].filter(Boolean).join(" and ")
          } ${count === 1 ? "was" : "were"} not sent.`}
        >
          {count === 1 ? "It stays" : "They stay"}{" "}
          on this phone for you alone, and {count === 1 ? "goes" : "go"}{" "}
          on when you log in here again.
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
