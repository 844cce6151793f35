import { useSignal } from "@preact/signals";
import { Banner } from "../components/Banner.tsx";
import { Section } from "../components/Card.tsx";
import { Dock } from "../components/Dock.tsx";
import { Empty } from "../components/Empty.tsx";
import { Icon } from "../components/Icon.tsx";
import { MergeField, MergeSides } from "../components/Merge.tsx";
import { OpRow } from "../components/OpRow.tsx";
import { RowList } from "../components/Row.tsx";
import { SyncFlow } from "../components/SyncFlow.tsx";
import { timeOfDay } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import type { FormDefinition } from "../lib/model/form.ts";
import type { Lead } from "../lib/model/lead.ts";
import type { Me } from "../lib/model/spaces.ts";
import type { WorkOrder } from "../lib/model/work_order.ts";
import { type ListedChange, readChanges } from "../lib/offline/changes.ts";
import { dismiss, tryAgain, undo } from "../lib/offline/decisions.ts";
import { sync } from "../lib/offline/drainer.ts";
import type { Field } from "../lib/offline/field.ts";
import { readLead, readOrder, readSettings } from "../lib/offline/reads.ts";
import { sendsWhenClosed } from "../lib/offline/triggers.ts";
import {
  describeChange,
  fieldLabel,
  fieldWords,
} from "./field/describe_change.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

type Record = Lead | WorkOrder;

interface Changes {
  changes: { change: ListedChange; record: Record | null }[];
  form: FormDefinition | null;
}

type Conflicted = ListedChange & { state: { name: "needs-you" } };

async function readAll(field: Field): Promise<Changes> {
  const [changes, settings] = await Promise.all([
    readChanges(field),
    readSettings(field),
  ]);
  const ids = [...new Set(changes.map((change) => change.record))].filter((
    id,
  ) => id !== null);
  const records = new Map(
    await Promise.all(ids.map(async (id): Promise<[string, Record | null]> => {
      const local = id.startsWith("lead_")
        ? await readLead(field, id)
        : await readOrder(field, id);
      return [id, local?.record ?? null];
    })),
  );
  return {
    changes: changes.map((change) => ({
      change,
      record: change.record === null
        ? null
        : records.get(change.record) ?? null,
    })),
    form: settings?.leadForm ?? null,
  };
}

/** Every change of this device in plain words: what waits, what the office has, what needs a decision. */
export default function ChangesScreen({ me }: { me: Me | null }) {
  const view = useField<Changes>({ me, initial: null, read: readAll });
  const choosing = useSignal<string | null>(null);
  const { data, field, phase, status, update } = view.value;
  const who = view.value.me;
  const chosen = data?.changes.find(({ change }) =>
    change.key === choosing.value
  );
  if (
    data && field && who && chosen?.change.state.name === "needs-you" &&
    chosen.change.state.conflicts
  ) {
    return (
      <MergeScreen
        key={chosen.change.key}
        field={field}
        me={who}
        change={chosen.change as Conflicted}
        record={chosen.record}
        form={data.form}
        onClose={() => choosing.value = null}
      />
    );
  }
  return (
    <>
      <TopBar title="Changes" sub={who?.company}>
        <SyncNow status={status} me={who} />
      </TopBar>
      <main class="main" id="main">
        <SyncNotices status={status} update={update} />
        {data && field && who
          ? (
            <ChangeLists
              data={data}
              field={field}
              me={who}
              waiting={status?.waiting ?? 0}
              sending={status?.sending ?? null}
              reach={status?.reach ?? "unknown"}
              onChoose={(key) => choosing.value = key}
            />
          )
          : <Elsewhere phase={phase} what="your changes" />}
      </main>
    </>
  );
}

interface ChangeListsProps {
  data: Changes;
  field: Field;
  me: Me;
  waiting: number;
  sending: { done: number; total: number } | null;
  reach: Field["reach"];
  onChoose: (key: string) => void;
}

function ChangeLists(
  { data, field, me, waiting, sending, reach, onChoose }: ChangeListsProps,
) {
  const of = (...names: ListedChange["state"]["name"][]) =>
    data.changes.filter(({ change }) => names.includes(change.state.name));
  const needing = of("needs-you");
  const open = of("sending", "waiting");
  const received = of("received");
  const row = ({ change, record }: Changes["changes"][number]) => (
    <ChangeRow
      key={change.key}
      change={change}
      record={record}
      field={field}
      me={me}
      onChoose={onChoose}
    />
  );
  return (
    <>
      <SyncFlow
        here={waiting}
        received={received.length}
        sending={sending ?? undefined}
      >
        {sending
          ? (
            <>
              <b>Sending {sending.done} of {sending.total}.</b>{" "}
              You can go on working.
            </>
          )
          : waiting > 0
          ? (
            <>
              <b>Saved on this phone.</b> {reach === "unreachable"
                ? "The office did not answer. We try again by ourselves."
                : "It is sent as soon as there is a network."}{" "}
              {!sendsWhenClosed() &&
                "This browser sends only while the app is open."}
            </>
          )
          : (
            <>
              <b>All received.</b> The office has everything from this phone.
            </>
          )}
      </SyncFlow>
      {waiting > 0 && !sending && (
        <button
          type="button"
          class="btn btn-block"
          onClick={() => sync(field)}
        >
          <Icon name="again" />
          Try now
        </button>
      )}
      {needing.length > 0 && (
        <Section title="Needs you" aside={String(needing.length)}>
          <RowList label="Changes that need you">{needing.map(row)}</RowList>
        </Section>
      )}
      {open.length > 0 && (
        <Section title="On this phone" aside={String(open.length)}>
          <RowList label="Changes that wait">{open.map(row)}</RowList>
        </Section>
      )}
      {received.length > 0 && (
        <Section title="Received" aside={String(received.length)}>
          <RowList label="Changes that the office has">
            {received.map(row)}
          </RowList>
        </Section>
      )}
      {needing.length + open.length + received.length === 0 && (
        <Empty title="Nothing changed here yet">
          What you do on this phone stands here, with a receipt once the office
          has it.
        </Empty>
      )}
    </>
  );
}

interface ChangeRowProps {
  change: ListedChange;
  record: Record | null;
  field: Field;
  me: Me;
  onChoose: (key: string) => void;
}

function ChangeRow({ change, record, field, me, onChoose }: ChangeRowProps) {
  const { state, key } = change;
  const { icon, title, href } = describeChange(change, record);
  const at = timeOfDay(me.timeZone, change.at);
  switch (state.name) {
    case "needs-you":
      return (
        <OpRow
          icon={icon}
          title={title}
          at={at}
          state="needs-you"
          note={state.conflicts
            ? "Somebody else changed the same meanwhile. Both versions are kept."
            : state.problem.errors?.[0]?.message ?? state.problem.title}
        >
          {state.conflicts
            ? (
              <button
                type="button"
                class="btn btn-main"
                onClick={() => onChoose(key)}
              >
                Choose
              </button>
            )
            : (
              <>
                <button
                  type="button"
                  class="btn"
                  onClick={() => tryAgain(field, key)}
                >
                  Try again
                </button>
                {href && <a class="btn" href={href}>Open</a>}
                <button
                  type="button"
                  class="btn btn-quiet"
                  onClick={() => dismiss(field, key)}
                >
                  Give it up
                </button>
              </>
            )}
        </OpRow>
      );
    case "received":
      return (
        <OpRow
          icon={icon}
          title={title}
          at={at}
          state="received"
          receipt={`R-${state.receipt}`}
        />
      );
    case "sending":
      return <OpRow icon={icon} title={title} at={at} state="sending" />;
    default:
      return (
        <OpRow icon={icon} title={title} at={at} state="waiting">
          {state.name === "waiting" && state.canUndo && (
            <button
              type="button"
              class="btn btn-quiet btn-sm"
              onClick={() => undo(field, key)}
            >
              Undo
            </button>
          )}
        </OpRow>
      );
  }
}

interface MergeScreenProps {
  field: Field;
  me: Me;
  change: Conflicted;
  record: Record | null;
  form: FormDefinition | null;
  onClose: () => void;
}

/** Both versions side by side, field by field; whoever works here chooses. */
function MergeScreen(
  { field, me, change, record, form, onClose }: MergeScreenProps,
) {
  const { state } = change;
  const conflicts = state.conflicts ?? [];
  const choices = useSignal<{ [name: string]: "mine" | "theirs" }>({});
  const failed = useSignal("");
  const order = record && "checklist" in record ? record : null;
  const left = conflicts.filter(({ field }) =>
    choices.value[field] === undefined
  );
  const theirs = (state.problem.current as { updatedAt?: string } | undefined)
    ?.updatedAt;
  const keep = async (event: Event) => {
    event.preventDefault();
    try {
      const { resolveConflict } = await field.conflicts();
      const open = await resolveConflict(field, change.key, choices.value);
      if (open.length === 0) return onClose();
      choices.value = {};
      failed.value = "It changed again meanwhile. Please choose once more.";
    } catch {
      failed.value =
        "This phone's storage is full or does not answer. Nothing was changed.";
    }
  };
  return (
    <>
      <TopBar
        title="Choose what stays"
        sub={describeChange(change, record).title}
      >
        <button type="button" class="btn btn-quiet" onClick={onClose}>
          Later
        </button>
      </TopBar>
      <main class="main" id="main">
        <form class="fill read" onSubmit={keep}>
          <Banner tone="info" icon="merge">
            You and somebody in the office changed the same. Choose for each
            field; the other value stays in the history.
          </Banner>
          {failed.value && (
            <Banner tone="bad" icon="warn" title={failed.value} alert />
          )}
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
              chosen={choices.value[conflict.field]}
              onChoose={(choice) => {
                if (choice === "both") return;
                choices.value = { ...choices.value, [conflict.field]: choice };
              }}
            />
          ))}
          <Dock
            note={left.length > 0
              ? `${left.length} of ${conflicts.length} still open`
              : "Nothing is thrown away: the other values stay in the history."}
            noteIcon={left.length > 0 ? "warn" : "history"}
          >
            <button
              class="btn btn-main btn-big"
              type="submit"
              disabled={left.length > 0}
            >
              Keep these
            </button>
          </Dock>
        </form>
      </main>
    </>
  );
}
