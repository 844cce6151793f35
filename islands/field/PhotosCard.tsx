import { useEffect, useState } from "preact/hooks";
import { SyncBadge } from "../../components/Badge.tsx";
import { Card } from "../../components/Card.tsx";
import { Icon } from "../../components/Icon.tsx";
import { pictureUrl } from "../../components/OrderPictures.tsx";
import { PhotoForm } from "../../components/PhotoForm.tsx";
import type { TraceState } from "../../components/Trace.tsx";
import { MAX_PHOTOS } from "../../lib/model/blob.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import {
  addPhoto,
  isRefused,
  noteBlob,
  removePhoto,
} from "../../lib/offline/blobs.ts";
import { keepSending, sendingBlob } from "../../lib/offline/blobs_sender.ts";
import type { Field } from "../../lib/offline/field.ts";
import type { KeptBlob } from "../../lib/offline/schema.ts";
import { ModalDialog } from "./ModalDialog.tsx";
import { shrinkPhoto } from "./shrink_photo.ts";
import type { OwnPictures } from "./use_pictures.ts";

const STORAGE =
  "This phone's storage is full or does not answer. The photo was not kept.";

/** Props of {@link PhotosCard}. */
export interface PhotosCardProps {
  order: WorkOrder;
  /** Null: the order is not on this device, and its forms go to the server. */
  field: Field | null;
  own: OwnPictures;
  mayAdd: boolean;
  formKey: string;
}

function stateOf(field: Field, row: KeptBlob): TraceState {
  if (row.receivedAt) return "received";
  if (sendingBlob(field) === row.id) return "sending";
  return isRefused(row) ? "needs-you" : "saved";
}

/** The photos of an order: what is on this phone, on its way, and received. */
export function PhotosCard(
  { order, field, own, mayAdd, formKey }: PhotosCardProps,
) {
  const [note, setNote] = useState("");
  const [failed, setFailed] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const hashes = Object.keys(order.photos ?? {});
  const rows = hashes.flatMap((hash) => own.rows.get(hash) ?? []);
  const waiting = rows.filter((row) => !row.receivedAt);
  const refused = waiting.filter(isRefused);
  const add = async (input: HTMLInputElement) => {
    const files = [...input.files ?? []];
    setFailed("");
    for (const [i, file] of files.entries()) {
      setNote(`Keeping photo ${i + 1} of ${files.length}`);
      try {
        const bytes = await shrinkPhoto(file);
        if (!bytes) setFailed("This file is not a picture. Choose another.");
        else await addPhoto(field as Field, order.id, "image/jpeg", bytes);
      } catch {
        setFailed(STORAGE);
      }
    }
    setNote("");
    input.value = "";
    keepSending(field as Field);
  };
  const sendNow = async () => {
    for (const row of waiting) {
      await noteBlob(field as Field, row, (kept) => ({ ...kept, now: true }));
    }
    keepSending(field as Field);
  };
  const take = (label: string, icon: "camera" | "plus", camera: boolean) => (
    <label class="btn">
      <Icon name={icon} />
      {label}
      <input
        class="vh"
        type="file"
        accept="image/*"
        capture={camera ? "environment" : undefined}
        multiple={!camera}
        onChange={(event) => add(event.currentTarget)}
      />
    </label>
  );
  const shown = open === null ? undefined : own.rows.get(open);
  return (
    <Card
      title="Photos"
      aside={hashes.length > 0 && (
        <p class="sub">
          {waiting.length > 0
            ? `${waiting.length} of ${hashes.length} on this phone`
            : hashes.length}
        </p>
      )}
    >
      {hashes.length > 0 && (
        <ul class="shots">
          {hashes.map((hash, i) => (
            <Shot
              key={hash}
              order={order}
              hash={hash}
              name={`Photo ${i + 1}`}
              url={own.urls.get(hash)}
              state={field && own.rows.get(hash)
                ? stateOf(field, own.rows.get(hash) as KeptBlob)
                : null}
              onOpen={() => setOpen(hash)}
            />
          ))}
        </ul>
      )}
      <p class="sub" role="status">
        {note || (refused.length > 0
          ? "The office did not take a photo. Ask there, or send it again."
          : waiting.length > 0
          ? "Photos go by themselves on Wi-Fi, or while you look at the app."
          : "")}
      </p>
      {failed && <p class="error" role="alert">{failed}</p>}
      {mayAdd && (field
        ? (
          <div class="btns no-print">
            {hashes.length < MAX_PHOTOS && (
              <>
                {take("Take a photo", "camera", true)}
                {take("Choose", "plus", false)}
              </>
            )}
            {waiting.length > 0 && (
              <button class="btn" type="button" onClick={sendNow}>
                Send now
              </button>
            )}
          </div>
        )
        : <PhotoForm orderId={order.id} formKey={formKey} />)}
      {open !== null && (
        <ModalDialog
          label={`Photo ${hashes.indexOf(open) + 1} of ${hashes.length}`}
          onClose={() => setOpen(null)}
        >
          <div class="stack">
            <img
              class="shot-large"
              src={own.urls.get(open) ?? pictureUrl(order.id, open)}
              alt={`Photo ${hashes.indexOf(open) + 1}`}
            />
            <div class="btns">
              {shown && !shown.receivedAt && mayAdd && field && (
                <button
                  class="btn btn-bad"
                  type="button"
                  onClick={() => {
                    setOpen(null);
                    removePhoto(field, shown).catch(() => setFailed(STORAGE));
                  }}
                >
                  Remove this photo
                </button>
              )}
              <button
                class="btn"
                type="button"
                onClick={() => setOpen(null)}
              >
                Close
              </button>
            </div>
          </div>
        </ModalDialog>
      )}
    </Card>
  );
}

interface ShotProps {
  order: WorkOrder;
  hash: string;
  name: string;
  /** Of the bytes on this device. */
  url: string | undefined;
  state: TraceState | null;
  onOpen: () => void;
}

function Shot({ order, hash, name, url, state, onOpen }: ShotProps) {
  const [missing, setMissing] = useState(false);
  // The server tells of a picture that is complete by telling of its order.
  useEffect(() => setMissing(false), [order]);
  return (
    <li class="shot">
      {missing && !url
        ? <span>Not here yet</span>
        : (
          <button type="button" aria-label={`Look at ${name}`} onClick={onOpen}>
            <img
              src={url ?? pictureUrl(order.id, hash)}
              alt={name}
              onError={() => setMissing(true)}
            />
          </button>
        )}
      {state && <SyncBadge state={state} />}
    </li>
  );
}
