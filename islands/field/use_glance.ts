import { useEffect } from "preact/hooks";
import type { Me } from "../../lib/model/spaces.ts";
import { type Glance, glance, watchQueue } from "../../lib/offline/glance.ts";

/** Looks at a person's queue: at first, whenever the page gets the focus, and whenever another tab changed something. */
export function useGlance(me: Me, show: (seen: Glance | null) => void): void {
  useEffect(() => {
    const look = () => glance(me).then(show);
    look();
    addEventListener("focus", look);
    const end = watchQueue(me, look);
    return () => {
      removeEventListener("focus", look);
      end();
    };
  }, []);
}
