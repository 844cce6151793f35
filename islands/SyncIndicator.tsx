import "./field/shared_chunk.ts";
import { useEffect } from "preact/hooks";
import type { Me } from "../lib/model/spaces.ts";
import { SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** The sync pill on pages that work online only. Also what makes the device ready for the field after a login. */
export default function SyncIndicator({ me }: { me: Me }) {
  const view = useField({
    me,
    initial: true,
    read: () => Promise.resolve(true),
  });
  const left = view.phase === "nobody";
  useEffect(() => {
    // They logged out in another tab: what the server rendered for them goes too.
    if (left) document.querySelector("main")?.replaceChildren();
  }, [left]);
  return <SyncNow status={view.status} me={me} />;
}
