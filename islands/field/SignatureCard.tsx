import { useState } from "preact/hooks";
import { Card } from "../../components/Card.tsx";
import { Icon } from "../../components/Icon.tsx";
import { pictureUrl, signedWhen } from "../../components/OrderPictures.tsx";
import { SignatureBox } from "../../components/SignatureBox.tsx";
import { readSignature, signatureStanding } from "../../lib/model/signature.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { Field } from "../../lib/offline/field.ts";
import { SignaturePad } from "./SignaturePad.tsx";
import type { OwnPictures } from "./use_pictures.ts";

/** Props of {@link SignatureCard}. */
export interface SignatureCardProps {
  order: WorkOrder;
  me: Me;
  /** Null: the order is not on this device, and nobody signs here. */
  field: Field | null;
  own: OwnPictures;
  maySign: boolean;
}

/** The customer's signature: void as soon as something that was shown has changed. */
export function SignatureCard(
  { order, me, field, own, maySign }: SignatureCardProps,
) {
  const [signing, setSigning] = useState(false);
  const signature = readSignature(order.signature);
  const { drawing } = signature ?? {};
  if (!signature && !(maySign && field)) return null;
  return (
    <Card title="Signature">
      {signature && (
        <SignatureBox
          name={signature.name}
          when={signedWhen(me.timeZone, signature)}
          src={drawing
            ? own.urls.get(drawing) ?? pictureUrl(order.id, drawing)
            : null}
          isVoid={signatureStanding(order) === "void"}
        />
      )}
      {maySign && field && (
        <div class="btns no-print">
          <button
            class="btn"
            type="button"
            onClick={() => setSigning(true)}
          >
            <Icon name="pen" />
            {signature ? "Sign again" : "Let the customer sign"}
          </button>
        </div>
      )}
      {signing && field && (
        <SignaturePad
          order={order}
          field={field}
          onClose={() => setSigning(false)}
        />
      )}
    </Card>
  );
}
