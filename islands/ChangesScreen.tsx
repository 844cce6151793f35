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
import type { Field } from "../lib/offline/field.ts";
import { readRecord } from "../lib/offline/local.ts";
import { readSettings } from "../lib/offline/day.ts";
import { sendsWhenClosed } from "../lib/offline/triggers.ts";
import { describeChange } from "./field/describe_change.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import type { Conflicted } from "./field/MergeScreen.tsx";
import type { Entry } from "./field/NeedsYou.tsx";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

type Later = typeof import("./field/MergeScreen.tsx");

/** Seldom needed, so loaded when it is; the worker keeps it for when there is no network. */
const later = () => import("./field/MergeScreen.tsx");

type Pictures = Awaited<ReturnType<Later["unsentPictures"]>>;

interface Changes {
  changes: Entry[];
  form: FormDefinition | null;
  pictures: Pictures;
}

const NO_PICTURES: Pictures = { words: "", refused: [] };

/** What tells sent pictures from others is sealed, and its code is loaded where there are any. */
async function readPictures(field: Field): Promise<Pictures> {
  const kept = await field.db.run((db) => db.count("blobs"));
  return kept ? (await later()).unsentPictures(field) : NO_PICTURES;
}

/** Nobody waits for it any more, and the office does not have it. */
const isGivenUp = ({ change: { state } }: Entry) =>
  state.name === "settled" && state.because === "dismissed";

async function readAll(field: Field): Promise<Changes> {
  const [changes, settings, pictures] = await Promise.all([
    readChanges(field),
    readSettings(field),
    readPictures(field).catch(() => NO_PICTURES),
  ]);
  const ids = [...new Set(changes.map((change) => change.record))].filter((
    id,
  ) => id !== null);
  const records = new Map(
    await Promise.all(
      ids.map(async (id) =>
        [id, await readRecord<Lead | WorkOrder>(field, id)] as const
      ),
    ),
  );
  return {
    changes: changes.map((change) => {
      const local = change.record === null ? null : records.get(change.record);
      return {
        change,
        record: local?.record ?? change.about ?? null,
        here: !!local && !local.gone,
      };
    }),
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
  const needsMore = status?.needsYou || data?.pictures.refused.length ||
    data?.changes.some(isGivenUp);
  useEffect(() => {
    if (needsMore) later().then(setMore);
  }, [!needsMore]);
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
              more={more}
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
  more: Later | null;
  onChoose: (key: string) => void;
}

function ChangeLists(
  { data, field, me, waiting, sending, reach, more, onChoose }:
    ChangeListsProps,
) {
  const { words, refused } = data.pictures;
  const [saved, setSaved] = useState("");
  const of = (...names: ListedChange["state"]["name"][]) =>
    data.changes.filter(({ change }) => names.includes(change.state.name));
  const needing = of("needs-you");
  const open = of("sending", "waiting");
  const received = of("received");
  const settled = of("settled");
  const givenUp = settled.filter(isGivenUp).length;
  const save = () =>
    later().then((module) => module.saveUnsent(field)).then(
      setSaved,
      () => setSaved("The file could not be written. Try again."),
    );
  const row = (entry: Entry) => (
    <ChangeRow
      key={entry.change.key}
      entry={entry}
      form={data.form}
      field={field}
      me={me}
      more={more}
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
              <b>Something needs you.</b> The office has every other change
              {givenUp > 0 && " that you did not give up"}.
            </>
          )
          : givenUp > 0
          ? (
            <>
              <b>Nothing waits.</b>{" "}
              The office has every change from this phone but{" "}
              {givenUp === 1 ? "the one" : `the ${givenUp}`} that you gave up.
            </>
          )
          : (
            <>
              <b>All received.</b> The office has{" "}
              {words || refused.length > 0 ? "every change" : "everything"}{" "}
              from this phone.
            </>
          )}
      </SyncFlow>
      {waiting > 0 && !sending && (
        <button
          type="button"
          class="btn btn-block"
          onClick={() => field.wake?.()}
        >
          <Icon name="again" />
          Try now
        </button>
      )}
      {more && needing.length > 0 && (
        <more.NeedsYou
          entries={of("needs-you", "held")}
          form={data.form}
          field={field}
          me={me}
          onChoose={onChoose}
        />
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
      {more && <more.RefusedPictures field={field} me={me} rows={refused} />}
      {words && <p class="sub read">{words}</p>}
      {(needing.length + open.length + refused.length > 0 || words) && (
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
  entry: Entry;
  form: FormDefinition | null;
  field: Field;
  me: Me;
  more: Later | null;
}

/** What became of a change that nobody has to do anything about any more. */
const SETTLED = {
  undone: "Taken back.",
  replaced: "Sent again as another change.",
  same: "The office had the same already.",
  dismissed: "Given up. It stays here for 14 days.",
};

function ChangeRow({ entry, form, field, me, more }: ChangeRowProps) {
  const { change, record } = entry;
  const { state, key } = change;
  const { icon, title } = describeChange(change, record);
  const undo = async () => {
    await (await later()).undo(field, key);
  };
  return (
    <OpRow
      icon={icon}
      title={title}
      at={timeOfDay(me.timeZone, change.at)}
      state={state.name === "held" ? "waiting" : state.name}
      receipt={state.name === "received" ? `R-${state.receipt}` : undefined}
      note={state.name === "settled" && SETTLED[state.because]}
      more={more && isGivenUp(entry) && (
        <more.Written change={change} record={record} form={form} />
      )}
    >
      {state.name === "waiting" && state.canUndo && (
        <button type="button" class="btn btn-quiet btn-sm" onClick={undo}>
          Undo
        </button>
      )}
    </OpRow>
  );
}
