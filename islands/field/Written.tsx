import type { FormDefinition } from "../../lib/model/form.ts";
import type { ListedChange } from "../../lib/offline/changes.ts";
import type { Named } from "../../lib/offline/schema.ts";
import { fieldLabel, fieldWords } from "./field_words.ts";

/** Props of {@link Written}. */
export interface WrittenProps {
  change: ListedChange;
  /** What is known of the record that it is about. */
  record: Named | null;
  form: FormDefinition | null;
}

/** All values that a change gave, so that whoever reads them can say or enter them again. */
export function Written({ change, record, form }: WrittenProps) {
  const { payload } = change.change;
  if (!("fields" in payload)) return null;
  const order = record && "checklist" in record ? record : null;
  // A photo has no words: that there is one is said already.
  const fields = Object.entries(payload.fields).filter(([name]) =>
    !name.startsWith("photo:")
  );
  return (
    <>
      {fields.map(([name, value]) => (
        <p class="note" key={name}>
          {fieldLabel(name, form, order)}:{" "}
          <b>{fieldWords(name, value, form) || "Nothing"}</b>
        </p>
      ))}
    </>
  );
}
