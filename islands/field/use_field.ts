import { useEffect, useState } from "preact/hooks";
import type { Me } from "../../lib/model/spaces.ts";
import { readStatus, type SyncStatus } from "../../lib/offline/status.ts";
import { type Field, watch } from "../../lib/offline/field.ts";
import { readActive } from "../../lib/offline/registry.ts";
import { registerWorker } from "../../lib/offline/register.ts";
import { openField } from "../../lib/offline/scope.ts";
import { keepInSync } from "../../lib/offline/triggers.ts";
import { useMe } from "./use_me.ts";

/** How long a page that the server rendered waits for the first sync before it shows the device's own records. */
const FIRST_SYNC_MS = 3000;

/** Where a screen's data come from. */
export type Phase =
  /** As the server rendered them; forms are sent to the server. */
  | "server"
  /** From the device; what the person does is saved here first. */
  | "device"
  | "loading"
  /** Nobody is logged in on this device. */
  | "nobody"
  /** The record is not on this device. */
  | "missing"
  /** The device's storage does not answer. */
  | "broken";

/** What a screen shows and acts on. */
export interface FieldView<T> {
  phase: Phase;
  data: T | null;
  /** See `useMe`. */
  me: Me | null;
  /** Null until the device's database is open. */
  field: Field | null;
  /** The device has what the screen shows, so that it can be changed here, also before it is shown from here. */
  here: boolean;
  status: SyncStatus | null;
  /** A new version of the app waits. */
  update: boolean;
}

/** How a screen reads its data from the device. */
export interface FieldSource<T> {
  /** Who the page was rendered for; null in a shell. */
  me: Me | null;
  /** What the server rendered; null in a shell. */
  initial: T | null;
  /** Null where this device does not have the record. */
  read: (field: Field) => Promise<T | null>;
  /** The server knows more than the device ever has (the office's lists): its rows stay while there are any. */
  serverKnowsMore?: boolean;
  /** The device's records are shown as soon as they are read: somebody came back, and wants what they left. */
  soon?: boolean;
}

/**
 * Opens the device's work for a screen, keeps it in sync, and reads the screen's data again after each change.
 * The page stays as the server rendered it until the device has caught up.
 */
export function useField<T>(source: FieldSource<T>): FieldView<T> {
  const { me, initial, read, serverKnowsMore } = source;
  const [view, setView] = useState<Omit<FieldView<T>, "me">>({
    phase: initial === null ? "loading" : "server",
    data: initial,
    field: null,
    here: false,
    status: null,
    update: false,
  });
  useEffect(() => {
    const ends: (() => void)[] = [];
    const show = (change: Partial<FieldView<T>>) => {
      setView((before) => ({ ...before, ...change }));
    };
    const begin = async () => {
      registerWorker(() => show({ update: true })).catch(() => {});
      const field = await openField(me);
      if (field === null) return show({ phase: "nobody" });
      show({ field });
      let caughtUp = initial === null || !!source.soon;
      const refresh = async () => {
        const active = await readActive(field.device);
        // Logged out in another tab, or somebody else came: this is nobody's to see any more.
        if (active?.id !== field.me.id || active.orgId !== field.me.orgId) {
          delete field.device.away;
          document.title = "StreamFlow";
          return show({ phase: "nobody", data: null });
        }
        const status = await readStatus(field);
        const mayRead = !(serverKnowsMore && initial !== null);
        const data = mayRead ? await read(field) : null;
        const here = data !== null;
        // What was done here is shown at once; otherwise the page waits until the device has caught up.
        const shows = caughtUp || (status.waiting > 0 && initial !== null);
        if (here && shows) show({ status, here, data, phase: "device" });
        else if (initial === null && caughtUp) {
          show({ status, here, phase: "missing" });
        } else show({ status, here });
      };
      // Changes come faster than reads: the last one counts, and none is read twice at once.
      let reading: Promise<void> | null = null;
      let again = false;
      const refreshSoon = () => {
        again = true;
        reading ??= (async () => {
          while (again) {
            again = false;
            await refresh();
          }
        })().catch(() => show({ phase: "broken" })).finally(() =>
          reading = null
        );
      };
      ends.push(watch(field, refreshSoon));
      refreshSoon();
      // A page that the server has just rendered needs no other sign of it.
      if (me) field.reach = "reached";
      const { first } = keepInSync(field);
      if (!caughtUp) {
        await Promise.race([
          first,
          new Promise((done) => setTimeout(done, FIRST_SYNC_MS)),
        ]);
        caughtUp = true;
        refreshSoon();
      }
      if (await field.db.run((db) => db.count("blobs"))) {
        // What cannot be loaded now is no reason to take the screen away: the next page sends.
        import("./Pictures.tsx").then((it) => it.keepSending(field), () => {});
      }
    };
    begin().catch(() =>
      show({ phase: initial === null ? "broken" : "server" })
    );
    return () => ends.forEach((end) => end());
  }, []);
  return { ...view, me: useMe(me, view.field) };
}
