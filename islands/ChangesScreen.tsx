import "./field/shared_chunk.ts";
import { useEffect, useState } from "preact/hooks";
import { Section } from "../components/Card.tsx";
import { Empty } from "../components/Empty.tsx";
import { Icon } from "../components/Icon.tsx";
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
import { sync } from "../lib/offline/drainer.ts";
import type { Field } from "../lib/offline/field.ts";
import { readRecord } from "../lib/offline/local.ts";
import { readSettings } from "../lib/offline/day.ts";
import { sendsWhenClosed } from "../lib/offline/triggers.ts";
import { describeChange } from "./field/describe_change.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import type { Conflicted } from "./field/MergeScreen.tsx";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

type Record = Lead | WorkOrder;
type Later = typeof import("./field/MergeScreen.tsx");

/** Seldom needed, so loaded when it is; the worker keeps it for when there is no network. */
const later = () => import("./field/MergeScreen.tsx");

interface Changes {
  changes: { change: ListedChange; record: Record | null }[];
  form: FormDefinition | null;
  /** What of the pictures was not sent, in words; "": nothing. */
  pictures: string;
}

/** What tells sent pictures from others is sealed, and its code is loaded where there are any. */
async function readPictures(field: Field): Promise<string> {
  const kept = await field.db.run((db) => db.count("blobs"));
  return kept ? (await later()).unsentPictures(field) : "";
}

async function readAll(field: Field): Promise<Changes> {
  const [changes, settings, pictures] = await Promise.all([
    readChanges(field),
    readSettings(field),
    readPictures(field).catch(() => ""),
  ]);
  const ids = [...new Set(changes.map((change) => change.record))].filter((
    id,
  ) => id !== null);
  const records = new Map(
    await Promise.all(ids.map(async (id): Promise<[string, Record | null]> => {
      const local = await readRecord<Record>(field, id);
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
    pictures,
  };
}

/** Every change of this device in plain words: what waits, what the office has, what needs a decision. */
export default function ChangesScreen({ me }: { me: Me | null }) {
  const view = useField<Changes>({ me, initial: null, read: readAll });
  const [choosing, setChoosing] = useState<string | null>(null);
  const [more, setMore] = useState<Later | null>(null);
  const { data, field, phase, status, update } = view;
  const who = view.me;
  useEffect(() => {
    if (status?.needsYou) later().then(setMore);
  }, [status?.needsYou]);
  const chosen = data?.changes.find(({ change }) => change.key === choosing);
  if (
    more && data && field && who &&
    chosen?.change.state.name === "needs-you" &&
    chosen.change.state.conflicts
  ) {
    return (
      <more.MergeScreen
        key={chosen.change.key}
        field={field}
        me={who}
        change={chosen.change as Conflicted}
        record={chosen.record}
        form={data.form}
        onClose={() => setChoosing(null)}
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
              refusalWords={more?.refusalWords}
              onChoose={setChoosing}
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
  /** Not there before it was loaded. */
  refusalWords: Later["refusalWords"] | undefined;
  onChoose: (key: string) => void;
}

function ChangeLists(
  { data, field, me, waiting, sending, reach, refusalWords, onChoose }:
    ChangeListsProps,
) {
  const [saved, setSaved] = useState("");
  const of = (...names: ListedChange["state"]["name"][]) =>
    data.changes.filter(({ change }) => names.includes(change.state.name));
  const needing = of("needs-you");
  const open = of("sending", "waiting");
  const received = of("received");
  const settled = of("settled");
  const save = () =>
    later().then((module) => module.saveUnsent(field)).then(
      setSaved,
      () => setSaved("The file could not be written. Try again."),
    );
  const row = ({ change, record }: Changes["changes"][number]) => (
    <ChangeRow
      key={change.key}
      change={change}
      record={record}
      field={field}
      me={me}
      refusalWords={refusalWords}
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
          : needing.length > 0
          ? (
            <>
              <b>Something needs you.</b> The office has everything else.
            </>
          )
          : (
            <>
              <b>All received.</b> The office has{" "}
              {data.pictures ? "every change" : "everything"} from this phone.
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
        <Section title="On this phone" aside={String(waiting)}>
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
      {settled.length > 0 && (
        <Section title="Settled" aside={String(settled.length)}>
          <RowList label="Changes that are settled">
            {settled.map(row)}
          </RowList>
        </Section>
      )}
      {data.pictures && <p class="sub read">{data.pictures}</p>}
      {(needing.length + open.length > 0 || data.pictures) && (
        <button type="button" class="btn btn-quiet btn-block" onClick={save}>
          Save what was not sent
        </button>
      )}
      <p class="sub read" role="status">{saved}</p>
      {data.changes.length === 0 && (
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
  refusalWords: Later["refusalWords"] | undefined;
  onChoose: (key: string) => void;
}

/** What became of a change that nobody has to do anything about any more. */
const SETTLED = {
  undone: "Taken back.",
  replaced: "Sent again as another change.",
  same: "The office had the same already.",
  dismissed: "Given up. It stays here for 14 days.",
};

function ChangeRow(
  { change, record, field, me, refusalWords, onChoose }: ChangeRowProps,
) {
  const { state, key } = change;
  const { icon, title, href } = describeChange(change, record);
  const at = timeOfDay(me.timeZone, change.at);
  const decide = (decision: "tryAgain" | "dismiss" | "undo") => async () => {
    const decisions = await import("./field/decide.ts");
    await decisions[decision](field, key);
  };
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
            : state.problem.errors?.[0]?.message ??
              refusalWords?.(state.problem.code)}
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
                  onClick={decide("tryAgain")}
                >
                  Try again
                </button>
                {href && <a class="btn" href={href}>Open</a>}
                <button
                  type="button"
                  class="btn btn-quiet"
                  onClick={decide("dismiss")}
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
    case "settled":
      return (
        <OpRow
          icon={icon}
          title={title}
          at={at}
          state="settled"
          note={SETTLED[state.because]}
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
              onClick={decide("undo")}
            >
              Undo
            </button>
          )}
        </OpRow>
      );
  }
}
