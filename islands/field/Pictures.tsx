import "./shared_chunk.ts";
import { may } from "../../lib/model/policy.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { Field } from "../../lib/offline/field.ts";
import { PhotosCard } from "./PhotosCard.tsx";
import { SignatureCard } from "./SignatureCard.tsx";
import { usePictures } from "./use_pictures.ts";

// Loaded when it comes into view, and by any field screen while this device has pictures to send.
export { keepSending } from "../../lib/offline/blobs_sender.ts";

/** Props of {@link Pictures}. */
export interface PicturesProps {
  order: WorkOrder;
  me: Me;
  /** Null: the order is not on this device. */
  field: Field | null;
  /** Idempotency key of an upload by form. */
  formKey: string;
}

/** Photos and signature of an order. */
export function Pictures({ order, me, field, formKey }: PicturesProps) {
  const own = usePictures(field, order.id);
  const shared = { order, field, own };
  return (
    <>
      <PhotosCard
        {...shared}
        mayAdd={may(me, "order.update", order, "photos")}
        formKey={formKey}
      />
      <SignatureCard
        {...shared}
        me={me}
        maySign={may(me, "order.update", order, "signature")}
      />
    </>
  );
}
