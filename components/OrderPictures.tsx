import { localTime } from "../lib/model/calendar.ts";
import type { Signature } from "../lib/model/signature.ts";
import { Card } from "./Card.tsx";
import { PhotoForm } from "./PhotoForm.tsx";
import { SignatureBox } from "./SignatureBox.tsx";
import { dayWords, timeOfDay } from "./time_words.ts";

/** Where a picture of an order is read. */
export function pictureUrl(orderId: string, hash: string): string {
  return `/api/client/work-orders/${orderId}/blobs/${hash}`;
}

/** When a signature was given, in words. */
export function signedWhen(timeZone: string, { at }: Signature): string {
  const { day } = localTime(timeZone, Date.parse(at));
  return `${dayWords(day)}, ${timeOfDay(timeZone, at)}`;
}

/** Props of {@link OrderPictures}. */
export interface OrderPicturesProps {
  orderId: string;
  timeZone: string;
  /** SHA-256 of each photo, and whether it is here. */
  photos: readonly { hash: string; isHere: boolean }[];
  signature: Signature | null;
  isVoid: boolean;
  /** The drawing of the signature is here. */
  isDrawingHere: boolean;
  /** Null: this person adds no photos. */
  formKey: string | null;
}

/** Photos and signature of an order on a page without scripts. */
export function OrderPictures(props: OrderPicturesProps) {
  const { orderId, timeZone, photos, signature, isVoid, formKey } = props;
  return (
    <section class="main" aria-label="Photos and signature">
      {(photos.length > 0 || formKey) && (
        <Card title="Photos">
          {photos.length > 0 && (
            <ul class="shots">
              {photos.map(({ hash, isHere }, i) => (
                <li key={hash} class="shot">
                  {isHere
                    ? (
                      <img
                        src={pictureUrl(orderId, hash)}
                        alt={`Photo ${i + 1}`}
                      />
                    )
                    : <span>Not here yet</span>}
                </li>
              ))}
            </ul>
          )}
          {formKey && <PhotoForm orderId={orderId} formKey={formKey} />}
        </Card>
      )}
      {signature && (
        <Card title="Signature">
          <SignatureBox
            name={signature.name}
            when={signedWhen(timeZone, signature)}
            src={signature.drawing && props.isDrawingHere
              ? pictureUrl(orderId, signature.drawing)
              : null}
            isVoid={isVoid}
          />
        </Card>
      )}
    </section>
  );
}
