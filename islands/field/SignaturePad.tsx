import { useRef, useState } from "preact/hooks";
import { shownHash } from "../../lib/model/signature.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { signOrder } from "../../lib/offline/blobs.ts";
import { keepSending } from "../../lib/offline/blobs_sender.ts";
import type { Field } from "../../lib/offline/field.ts";
import { ModalDialog } from "./ModalDialog.tsx";
import { bytesOf } from "./shrink_photo.ts";
import { textOf } from "./submit.ts";

/** Props of {@link SignaturePad}. */
export interface SignaturePadProps {
  order: WorkOrder;
  field: Field;
  onClose: () => void;
}

/** What the customer reads, and where they sign: with a finger, a mouse, or by their typed name alone. */
export function SignaturePad({ order, field, onClose }: SignaturePadProps) {
  // What is signed is what stood here when the sheet was opened, whatever arrives meanwhile.
  const [shown] = useState(order);
  const [failed, setFailed] = useState("");
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef(false);
  const at = useRef<[number, number] | null>(null);
  const place = (event: PointerEvent): [number, number] => {
    const { left, top, width } = (event.currentTarget as Element)
      .getBoundingClientRect();
    const scale = 600 / width;
    return [(event.clientX - left) * scale, (event.clientY - top) * scale];
  };
  const clear = () => {
    const { current } = canvas;
    const pen = current?.getContext("2d");
    if (!current || !pen) return;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, current.width, current.height);
    drawn.current = false;
  };
  const down = (event: PointerEvent) => {
    if (!drawn.current) clear();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    at.current = place(event);
  };
  const move = (event: PointerEvent) => {
    const pen = canvas.current?.getContext("2d");
    if (!at.current || !pen) return;
    pen.lineWidth = 4;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...at.current);
    at.current = place(event);
    pen.lineTo(...at.current);
    pen.stroke();
    drawn.current = true;
  };
  const up = () => at.current = null;
  const sign = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const name = textOf(form, "signer")?.trim() ?? "";
    if (!name) return setFailed("Write the name of who signs.");
    try {
      const drawing = drawn.current && canvas.current
        ? await bytesOf(canvas.current, "image/png")
        : null;
      const signing = { name, shown: shownHash(shown) };
      const { version, signature = null } = shown;
      const signed = await signOrder(field, order.id, signing, drawing, {
        version,
        fields: { signature },
      });
      if (!signed.ok) {
        return setFailed("This cannot be signed now. Look at the order again.");
      }
      keepSending(field);
      onClose();
    } catch {
      setFailed("This phone's storage is full. Nothing was signed.");
    }
  };
  const photos = Object.keys(shown.photos ?? {}).length;
  return (
    <ModalDialog label="Signature" onClose={onClose}>
      <form class="stack" onSubmit={sign}>
        <h2>{shown.title}</h2>
        <p class="sub">
          Order {shown.number} · {shown.customer} · {shown.address}
        </p>
        <ul>
          {shown.checklist.map(({ id, label, done }) => (
            <li key={id}>{done ? "Done" : "Not done"}: {label}</li>
          ))}
        </ul>
        {shown.notes && <p>{shown.notes}</p>}
        <p class="sub">{photos === 1 ? "1 photo" : `${photos} photos`}</p>
        <div class="field">
          <label for="f-signer">Name of who signs</label>
          <input
            id="f-signer"
            class="input"
            name="signer"
            maxLength={120}
            required
            autocomplete="off"
          />
        </div>
        <canvas
          ref={canvas}
          class="pad"
          width={600}
          height={200}
          role="img"
          aria-label="Place to sign. It may stay empty: the typed name counts."
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={up}
        />
        <p class="hint">
          Sign with a finger, or leave it empty: the typed name counts.
        </p>
        {failed && <p class="error" role="alert">{failed}</p>}
        <div class="btns">
          <button class="btn" type="button" onClick={onClose}>Not now</button>
          <button class="btn" type="button" onClick={clear}>Clear</button>
          <button class="btn btn-main" type="submit">Sign</button>
        </div>
      </form>
    </ModalDialog>
  );
}
