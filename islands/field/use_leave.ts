import { useState } from "preact/hooks";
import type { Me } from "../../lib/model/spaces.ts";
import { useGlance } from "./use_glance.ts";

/** What a form needs that takes somebody out of the place where they act. */
export interface Leaving {
  /** Changes that this device has not sent. */
  unsent: number;
  /** Photos and signatures that it has not sent. */
  unsentPictures: number;
  /** A last sync is being tried. */
  leaving: boolean;
  /** For the form's `onSubmit`. */
  leave: (event: Event) => Promise<void>;
}

/**
 * Holds a form back until this device has taken leave of whoever acts: one last try to send, then nothing of theirs can be
 * read here. Then the form goes on, also when that failed: the server decides, not the device.
 */
export function useLeave(me: Me): Leaving {
  const [unsent, setUnsent] = useState(0);
  const [unsentPictures, setUnsentPictures] = useState(0);
  const [leaving, setLeaving] = useState(false);
  useGlance(me, (seen) => {
    setUnsent(seen ? seen.waiting + seen.needsYou : 0);
    if (!seen?.hasBlobs) setUnsentPictures(0);
    else {
      import("./leave.ts").then((module) => module.countUnsentPictures(me))
        .then(setUnsentPictures, () => {});
    }
  });
  const leave = async (event: Event) => {
    const form = event.currentTarget as HTMLFormElement;
    event.preventDefault();
    if (leaving) return;
    setLeaving(true);
    try {
      const { openField, leaveField } = await import("./leave.ts");
      const field = await openField(me);
      if (field) await leaveField(field);
    } finally {
      form.submit();
    }
  };
  return { unsent, unsentPictures, leaving, leave };
}
