import { type MutableRef, useEffect, useRef, useState } from "preact/hooks";
import { NOTES_RULE } from "../../lib/model/order_notes.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { Seen } from "../../lib/offline/saving.ts";

/** A pause in typing after which the notes are saved, milliseconds. */
const PAUSE_MS = 1500;

/** Props of {@link NotesField}. */
export interface NotesFieldProps {
  order: WorkOrder;
  /** The notes as they stand before whoever types, and the version on which they began. */
  seen: MutableRef<Seen>;
  /** Null: there is nothing to save. */
  onNote: (text: string) => Promise<boolean> | null;
}

/** The notes of an order, which are saved while somebody types. */
export function NotesField({ order, seen, onNote }: NotesFieldProps) {
  // What is being typed is not pulled away by what arrives meanwhile.
  const typed = useRef<HTMLTextAreaElement | null>(null);
  const shown = useRef<WorkOrder>();
  const timer = useRef(0);
  const [, redraw] = useState({});
  // The same order again does not know yet of what was just saved.
  if (!typed.current && shown.current !== order) {
    const { notes, version } = shown.current = order;
    seen.current = { version, fields: { notes } };
  }
  const { notes } = shown.current as WorkOrder;
  const save = () => {
    clearTimeout(timer.current);
    return typed.current && onNote(typed.current.value);
  };
  // A page that is closed or put away in the middle of a sentence keeps it.
  useEffect(() => {
    addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
    return () => {
      removeEventListener("pagehide", save);
      document.removeEventListener("visibilitychange", save);
    };
  });
  return (
    <div
      class="field"
      onInput={(event) => {
        typed.current = event.target as HTMLTextAreaElement;
        clearTimeout(timer.current);
        timer.current = setTimeout(save, PAUSE_MS) as unknown as number;
      }}
      onChange={() => {
        const saving = save();
        typed.current = null;
        // With what came meanwhile.
        if (!saving) redraw({});
      }}
    >
      <label class="vh" for="f-notes">{NOTES_RULE.label}</label>
      <textarea
        key={notes}
        id="f-notes"
        name="notes"
        class="input"
        maxLength={NOTES_RULE.maxLength}
      >
        {notes}
      </textarea>
    </div>
  );
}
