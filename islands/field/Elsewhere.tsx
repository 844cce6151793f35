import { Skeleton } from "../../components/Skeleton.tsx";
import type { NoDataProps } from "./Seldom.tsx";
import type { Phase } from "./use_field.ts";
import { useSeldom } from "./use_seldom.ts";

const WHY = ["nobody", "missing", "broken"];

const isWhy = (phase: Phase): phase is NoDataProps["phase"] =>
  WHY.includes(phase);

/** What a screen shows while it has no data: still reading, or why there is none. */
export function Elsewhere({ phase, what }: { phase: Phase; what: string }) {
  const why = isWhy(phase);
  const seldom = useSeldom(why);
  return seldom && why
    ? <seldom.NoData phase={phase} what={what} />
    : <Skeleton label="Reading from this phone" rows={4} />;
}
