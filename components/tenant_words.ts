import type { IconName } from "./Icon.tsx";
import type { Tone } from "./Badge.tsx";

/** Names that are abbreviations. */
const ABBREVIATIONS: Record<string, string> = { hvac: "HVAC" };

/** The name of a plan or a trade as it stands in the store, for people. */
export function nameWord(name: string): string {
  return ABBREVIATIONS[name] ??
    (name[0] ?? "").toUpperCase() + name.slice(1).replaceAll("-", " ");
}

/** How a tenant stands, in a word with its tone and drawing. */
export const TENANT_STATUS: Record<
  "active" | "suspended",
  { word: string; tone: Tone; icon: IconName }
> = {
  active: { word: "Active", tone: "go", icon: "check" },
  suspended: { word: "Suspended", tone: "bad", icon: "pause" },
};
