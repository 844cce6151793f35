import "./shared_chunk.ts";
import { useEffect, useState } from "preact/hooks";
import { Banner } from "../../components/Banner.tsx";
import { Dock } from "../../components/Dock.tsx";
import { MergeField, MergeSides } from "../../components/Merge.tsx";
import { timeOfDay } from "../../components/time_words.ts";
import { TopBar } from "../../components/TopBar.tsx";
import type { FormDefinition } from "../../lib/model/form.ts";
import type { FieldConflict } from "../../lib/model/merge.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { ListedChange } from "../../lib/offline/changes.ts";
import type { Choice, Field } from "../../lib/offline/field.ts";
import type { Named } from "../../lib/offline/schema.ts";
import { describeChange } from "./describe_change.ts";
import { NOT_SAVED } from "./submit.ts";
import { fieldLabel, fieldWords } from "./field_words.ts";

// With what else a change needs that cannot simply be sent: one file, since each costs the worker's list.
export { undo } from "../../lib/offline/decisions.ts";
export { NeedsYou } from "./NeedsYou.tsx";
export { RefusedPictures } from "./RefusedPictures.tsx";
export { saveUnsent, unsentPictures } from "./save_unsent.ts";
export { Written } from "./Written.tsx";

/** A change about which a person has to decide. */
export type Conflicted = ListedChange & { state: { name: "needs-you" } };

/** Props of {@link MergeScreen}. */
export interface MergeScreenProps {
  field: Field;
  me: Me;
  change: Conflicted;
  record: Named | null;
  form: FormDefinition | null;
  onClose: () => void;
}

/** What a choice is kept under: it counts only for the values that were seen, which can change under the person's eyes. */
const seenAs = ({ field, mine, theirs }: FieldConflict) =>
  JSON.stringify([field, mine, theirs]);

/** Both versions side by side, field by field; whoever works here chooses. */
export function MergeScreen(
  { field, me, change, record, form, onClose }: MergeScreenProps,
) {
  const { state } = change;
  const conflicts = state.conflicts ?? [];
  const [choices, setChoices] = useState<{ [seen: string]: Choice }>({});
  const [joins, setJoins] = useState<{ [name: string]: string }>({});
  useEffect(() => {
    const id = change.record;
    if (id === null) return;
    const join = async () => {
      const { joinsOf } = await field.conflicts();
      setJoins(await joinsOf(field, id, conflicts));
    };
    join().catch(() => {});
    // What is asked anew has other texts.
  }, [JSON.stringify(conflicts)]);
  const [failed, setFailed] = useState("");
  const order = record && "checklist" in record ? record : null;
  const decided: Record<string, Choice> = {};
  for (const conflict of conflicts) {
    const choice = choices[seenAs(conflict)];
    if (choice) decided[conflict.field] = choice;
  }
  const left = conflicts.length - Object.keys(decided).length;
  // What this device did to it is not the server's yet.
  const theirs = record?.updatedAt;
  const { title, href } = describeChange(change, record);
  const keep = async (event: Event) => {
    event.preventDefault();
    try {
      const { resolveConflict } = await field.conflicts();
      const open = await resolveConflict(
        field,
        change.key,
        decided,
        conflicts,
      );
      if (open.length === 0) return onClose();
      // A status that cannot be reached is asked again with the same values.
      const asked = open.map(seenAs);
      setChoices((before) =>
        Object.fromEntries(
          Object.entries(before).filter(([seen]) => !asked.includes(seen)),
        )
      );
      setFailed("It changed again meanwhile. Please choose once more.");
    } catch {
      setFailed(NOT_SAVED);
    }
  };
  return (
    <>
      <TopBar
        title="Choose what stays"
        sub={title}
      >
        <button type="button" class="btn btn-quiet" onClick={onClose}>
          Later
        </button>
      </TopBar>
      <main class="main" id="main">
        <form class="fill read" onSubmit={keep}>
          <Banner tone="info" icon="merge">
            You and somebody in the office changed the same. Choose for each
            field; the other value stays in the{" "}
            <a href={`${href}/history`}>history</a>.
          </Banner>
          {failed && <Banner tone="bad" icon="warn" title={failed} alert />}
          <MergeSides
            mine={`You, ${timeOfDay(me.timeZone, change.at)}`}
            theirs={theirs ? timeOfDay(me.timeZone, theirs) : "meanwhile"}
          />
          {conflicts.map((conflict) => (
            <MergeField
              key={conflict.field}
              name={conflict.field}
              label={fieldLabel(conflict.field, form, order)}
              mine={fieldWords(conflict.field, conflict.mine, form)}
              theirs={fieldWords(conflict.field, conflict.theirs, form)}
              both={joins[conflict.field]}
              chosen={decided[conflict.field]}
              onChoose={(choice) =>
                setChoices((before) => ({
                  ...before,
                  [seenAs(conflict)]: choice,
                }))}
            />
          ))}
          <Dock
            note={left > 0
              ? `${left} of ${conflicts.length} still open`
              : "Nothing is thrown away: the other values stay in the history."}
            noteIcon={left > 0 ? "warn" : "history"}
          >
            <button
              class="btn btn-main btn-big"
              type="submit"
              disabled={left > 0}
            >
              Keep these
            </button>
          </Dock>
        </form>
      </main>
    </>
  );
}
