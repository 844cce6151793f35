import { Section } from "../../components/Card.tsx";
import { OpRow } from "../../components/OpRow.tsx";
import { RowList } from "../../components/Row.tsx";
import { timeOfDay } from "../../components/time_words.ts";
import type { FormDefinition } from "../../lib/model/form.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { ListedChange } from "../../lib/offline/changes.ts";
import { dismiss, tryAgain } from "../../lib/offline/decisions.ts";
import type { Field } from "../../lib/offline/field.ts";
import type { Named } from "../../lib/offline/schema.ts";
import { describeChange } from "./describe_change.ts";
import { refusalWords } from "./refusal_words.ts";
import { Written } from "./Written.tsx";

/** A change with what is known of its record. */
export interface Entry {
  change: ListedChange;
  record: Named | null;
  /** The record is on this device, and this worker's. */
  here: boolean;
}

/** Props of {@link NeedsYou}. */
export interface NeedsYouProps {
  /** Changes about which somebody has to decide, and those that are settled with them. */
  entries: readonly Entry[];
  form: FormDefinition | null;
  field: Field;
  me: Me;
  onChoose: (key: string) => void;
}

/** The changes that the office did not accept, each with what waits for its answer. */
export function NeedsYou({ entries, ...row }: NeedsYouProps) {
  const needing = entries.filter(({ change }) =>
    change.state.name === "needs-you"
  );
  const heldBy = (key: string) =>
    entries.filter(({ change: { state } }) =>
      state.name === "held" && state.by === key
    );
  return (
    <Section title="Needs you" aside={String(needing.length)}>
      <RowList label="Changes that need you">
        {needing.flatMap((entry) =>
          [entry, ...heldBy(entry.change.key)].map((entry) => (
            <Needing key={entry.change.key} entry={entry} {...row} />
          ))
        )}
      </RowList>
    </Section>
  );
}

function Needing(
  { entry, form, field, me, onChoose }:
    & Omit<NeedsYouProps, "entries">
    & { entry: Entry },
) {
  const { change, record, here } = entry;
  const { state, key } = change;
  const { icon, title, href } = describeChange(change, record);
  const shared = { icon, title, at: timeOfDay(me.timeZone, change.at) };
  const written = <Written change={change} record={record} form={form} />;
  if (state.name !== "needs-you") {
    return (
      <OpRow
        {...shared}
        state="waiting"
        note="It waits for your answer above."
        more={written}
      />
    );
  }
  if (state.conflicts) {
    return (
      <OpRow
        {...shared}
        state="needs-you"
        note="Somebody else changed the same meanwhile. Both versions are kept."
      >
        <button
          type="button"
          class="btn btn-main"
          onClick={() => onChoose(key)}
        >
          Choose
        </button>
      </OpRow>
    );
  }
  const { code, errors } = state.problem;
  return (
    <OpRow
      {...shared}
      state="needs-you"
      note={errors?.[0]?.message ?? refusalWords(code, change.record)}
      more={written}
    >
      <button type="button" class="btn" onClick={() => tryAgain(field, key)}>
        Try again
      </button>
      {href && here && code !== "forbidden" && (
        <a class="btn" href={href}>Open</a>
      )}
      <button
        type="button"
        class="btn btn-quiet"
        onClick={() => dismiss(field, key)}
      >
        Give it up
      </button>
    </OpRow>
  );
}
