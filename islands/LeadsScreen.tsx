import "./field/shared_chunk.ts";
import { useEffect, useState } from "preact/hooks";
import { Badge, SyncBadge } from "../components/Badge.tsx";
import { Dock } from "../components/Dock.tsx";
import { Empty } from "../components/Empty.tsx";
import { Field } from "../components/Field.tsx";
import { Icon } from "../components/Icon.tsx";
import { type ListPlace, Row, RowList } from "../components/Row.tsx";
import { dayWords } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import { localTime } from "../lib/model/calendar.ts";
import type { FieldValue, FormDefinition } from "../lib/model/form.ts";
import {
  type Lead,
  LEAD_COLUMNS,
  type LeadRow,
  leadRow,
} from "../lib/model/lead.ts";
import { WINDOW_LEADS } from "../lib/model/protocol.ts";
import type { Me } from "../lib/model/spaces.ts";
import { readSettings } from "../lib/offline/day.ts";
import { readLeads } from "../lib/offline/lead_list.ts";
import type { Local } from "../lib/offline/local.ts";
import { scopeOf } from "../lib/offline/schema.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import type { Shown } from "./field/LongList.tsx";
import type * as Later from "./field/long_lists.ts";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** What the list of leads shows. */
export interface Leads {
  rows: { row: LeadRow; standing: "received" | "saved" | "needs-you" }[];
  form: FormDefinition;
  /** What the server searched for; "": it lists all. */
  search: string;
  /** Where the server's list or search goes on; null on the last page, and on the device. */
  more: string | null;
  /** This is a later page of the server's: it stays. */
  further: boolean;
}

/** Props of {@link LeadsScreen}: null in the shell. */
export interface LeadsScreenProps {
  me: Me | null;
  list: Leads | null;
}

/** What only the device adds: there are more than a page of leads on it. */
interface DeviceLeads extends Leads {
  long?: {
    ids: string[];
    first: Map<string, Local<Lead>>;
    held: Element | null;
  };
}

/** How a person left the list; kept with the page's place in the browser's history. */
interface Left {
  scope: string;
  search: string;
}

/** Stands for a lead while it is being opened. */
const NOT_OPEN = {
  name: "…",
  step: "",
  place: "…",
  assigneeId: null,
  updatedAt: "",
};

/** A value of the form as people read it; what is empty or not ticked says nothing. */
function wordsOf(
  form: FormDefinition,
  name: string,
  value: FieldValue | undefined,
): string {
  const rule = form.sections.flatMap((section) => section.fields).find((rule) =>
    rule.name === name
  );
  return value === true
    ? rule?.label ?? ""
    : rule?.options?.find((option) => option.value === value)?.label ??
      `${value || ""}`;
}

/** What was searched for when this page was left, by the same person. */
function searchLeft(me: Me | null): string {
  const left: Left | undefined = globalThis.history?.state?.left;
  return left && me && left.scope === scopeOf(me) ? left.search : "";
}

/** Leads, newest first, with a search over what this device has, and what only the office has. */
export default function LeadsScreen({ me, list }: LeadsScreenProps) {
  const [search, setSearch] = useState(list?.search ?? "");
  // Loaded when there are many, or somebody searches; the worker keeps it for when there is no network.
  const [later, setLater] = useState<typeof Later | null>(null);
  const load = () =>
    import("./field/long_lists.ts").then((loaded) => {
      setLater(loaded);
      return loaded;
    });
  const view = useField<DeviceLeads>({
    me,
    initial: list,
    soon: globalThis.history?.state?.at !== undefined,
    serverKnowsMore: list?.further ?? false,
    read: async (field) => {
      const [{ leads, next }, settings] = await Promise.all([
        readLeads(field),
        readSettings(field),
      ]);
      const found = next && await load().catch(() => null);
      return settings && {
        rows: leads.map(({ record, standing }) => ({
          row: leadRow(record, settings.leadForm.columns),
          standing,
        })),
        form: settings.leadForm,
        search: "",
        more: null,
        further: false,
        ...found && {
          long: {
            ids: await found.leadIds(field),
            first: new Map(leads.map((lead) => [lead.record.id, lead])),
            held: document.activeElement,
          },
        },
      };
    },
  });
  const { data, field, me: who, phase, status, update } = view;
  const ask = (search: string) => {
    setSearch(search);
    if (who) {
      const left: Left = { scope: scopeOf(who), search };
      history.replaceState({ ...history.state, left }, "");
    }
    if (search.trim()) load().catch(() => {});
  };
  useEffect(() => {
    const left = searchLeft(who);
    if (!left) return;
    ask(left);
    const box = document.querySelector<HTMLInputElement>("[name=q]");
    if (box) box.value = left;
  }, [who]);
  const line = (
    row: LeadRow,
    standing: Local<Lead>["standing"],
    place?: ListPlace,
  ) => (
    <Row
      key={row.id}
      href={`/client/leads/${row.id}`}
      title={row.name}
      sub={row.place}
      note={data && Object.entries(row.more ?? {}).map((
        [name, value],
      ) => wordsOf(data.form, name, value)).filter(Boolean).join(" · ")}
      tag={standing === "received" ? undefined : <SyncBadge state={standing} />}
      end={
        <>
          {who && row.updatedAt &&
            dayWords(localTime(who.timeZone, Date.parse(row.updatedAt)).day)}
          {data && row.step && (
            <Badge>{wordsOf(data.form, LEAD_COLUMNS.step, row.step)}</Badge>
          )}
        </>
      }
      place={place}
    />
  );
  const older = (last: Shown<Local<Lead>> | undefined) =>
    last?.item && last.n + 1 === data?.long?.ids.length &&
    last.n + 1 >= WINDOW_LEADS && (
      <a
        class="btn btn-block"
        href={`?cursor=${
          encodeURIComponent(
            JSON.stringify([last.item.record.updatedAt, last.id]),
          )
        }`}
      >
        Older leads
      </a>
    );
  const device = phase === "device";
  const words = search.trim();
  const long = data?.long;
  return (
    <>
      <TopBar title="Leads" sub={who?.company}>
        <SyncNow status={status} me={who} />
        <a class="btn btn-main wide-only" href="/client/leads/new">
          <Icon name="plus" />
          New lead
        </a>
      </TopBar>
      <main class="main" id="main">
        <SyncNotices status={status} update={update} />
        {data === null ? <Elsewhere phase={phase} what="your leads" /> : (
          <>
            <form
              method="get"
              role="search"
              onSubmit={(event) => device && event.preventDefault()}
            >
              <Field
                kind="search"
                name="q"
                label="Search leads"
                bare
                icon="search"
                placeholder="Name, street or need"
                value={search}
                onInput={ask}
              />
            </form>
            {device && words && later && field
              ? (
                <later.LeadSearch
                  field={field}
                  search={words}
                  form={data.form}
                  stamp={data}
                  row={line}
                />
              )
              : long && later && field
              ? (
                <later.LongList<Local<Lead>>
                  ids={long.ids}
                  first={long.first}
                  held={long.held}
                  open={(ids) => later.openRecords(field, "leads", ids)}
                >
                  {(shown) => (
                    <>
                      <p class="sub">{long.ids.length} leads on this phone</p>
                      <RowList label={`${long.ids.length} leads`} columns>
                        {shown.map(({ id, n, item, gap }) =>
                          line(
                            item
                              ? leadRow(item.record, data.form.columns)
                              : { ...NOT_OPEN, id },
                            item?.standing ?? "received",
                            {
                              "data-n": n,
                              "aria-posinset": n + 1,
                              "aria-setsize": long.ids.length,
                              style: gap
                                ? { paddingTop: `${gap}px` }
                                : undefined,
                            },
                          )
                        )}
                      </RowList>
                      {older(shown.at(-1))}
                    </>
                  )}
                </later.LongList>
              )
              : data.rows.length === 0
              ? (
                <Empty title={data.search ? "Nothing found" : "No leads yet"}>
                  {data.search
                    ? "Try fewer letters."
                    : "Somebody asks you at the door? Take it down here, also without a network."}
                </Empty>
              )
              : (
                <RowList label="Leads" columns>
                  {data.rows.map(({ row, standing }) => line(row, standing))}
                </RowList>
              )}
            {data.more && !device && (
              <a class="btn btn-block" href={data.more}>Show more</a>
            )}
          </>
        )}
        <Dock slimOnly>
          <a class="btn btn-main btn-big" href="/client/leads/new">
            <Icon name="plus" />
            New lead
          </a>
        </Dock>
      </main>
    </>
  );
}
