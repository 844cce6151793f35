import "./field/every_island.ts";
import { useState } from "preact/hooks";
import { SyncPill } from "../components/SyncPill.tsx";
import { timeOfDay } from "../components/time_words.ts";
import type { Me } from "../lib/model/spaces.ts";
import type { Glance } from "../lib/offline/glance.ts";
import { useGlance } from "./field/use_glance.ts";

/** The sync pill on pages of the office: it looks at the queue, and leaves the sending to the field screens. */
export default function SyncGlance({ me }: { me: Me }) {
  const [seen, setSeen] = useState<Glance | null>(null);
  useGlance(me, setSeen);
  if (seen === null) return <span class="sync-room" />;
  const { waiting, needsYou, lastReceivedAt } = seen;
  if (needsYou > 0) return <SyncPill state="needs-you" count={needsYou} />;
  if (waiting > 0) return <SyncPill state="saved" count={waiting} />;
  const at = lastReceivedAt ? timeOfDay(me.timeZone, lastReceivedAt) : "";
  return <SyncPill state="received" at={at} />;
}
