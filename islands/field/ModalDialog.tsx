import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Props of {@link ModalDialog}. */
export interface ModalDialogProps {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A sheet over the page, open from its first moment; Escape closes it, and the focus goes back where it was. */
export function ModalDialog({ label, onClose, children }: ModalDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} aria-label={label} onClose={onClose}>
      {children}
    </dialog>
  );
}
