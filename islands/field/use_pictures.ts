import { useEffect, useState } from "preact/hooks";
import { keptBlobs, keptBytes } from "../../lib/offline/blobs.ts";
import { type Field, watch } from "../../lib/offline/field.ts";
import type { KeptBlob } from "../../lib/offline/schema.ts";

/** What this device has of an order's pictures. */
export interface OwnPictures {
  /** By SHA-256. */
  rows: ReadonlyMap<string, KeptBlob>;
  /** Addresses of their bytes in this page, by SHA-256. */
  urls: ReadonlyMap<string, string>;
}

/** Reads the pictures that this device keeps of an order, again after each change. */
export function usePictures(field: Field | null, orderId: string): OwnPictures {
  const [own, setOwn] = useState<OwnPictures>({
    rows: new Map(),
    urls: new Map(),
  });
  useEffect(() => {
    if (!field) return;
    const urls = new Map<string, string>();
    let over = false;
    let reading = false;
    let again = false;
    const read = async () => {
      again = true;
      if (reading) return;
      reading = true;
      while (again && !over) {
        again = false;
        const rows = await keptBlobs(field, orderId);
        for (const row of rows) {
          if (urls.has(row.hash)) continue;
          const bytes = await keptBytes(field, row);
          if (!bytes) continue;
          const blob = new Blob([bytes], { type: row.about.type });
          urls.set(row.hash, URL.createObjectURL(blob));
        }
        if (over) return;
        setOwn({ rows: new Map(rows.map((row) => [row.hash, row])), urls });
      }
      reading = false;
    };
    // A device that cannot read them shows the server's.
    const begin = () => read().catch(() => reading = false);
    begin();
    const end = watch(field, begin);
    return () => {
      over = true;
      end();
      for (const url of urls.values()) URL.revokeObjectURL(url);
    };
  }, [field, orderId]);
  return own;
}
