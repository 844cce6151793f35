import "./field/shared_chunk.ts";
import { useRef, useState } from "preact/hooks";
import { Badge, SyncBadge } from "../components/Badge.tsx";
import { Dock } from "../components/Dock.tsx";
import { Empty } from "../components/Empty.tsx";
import { Field } from "../components/Field.tsx";
import { Icon } from "../components/Icon.tsx";
import { Row, RowList } from "../components/Row.tsx";
import { dayWords } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import { localTime } from "../lib/model/calendar.ts";
import type { FieldValue, FormDefinition } from "../lib/model/form.ts";
import { LEAD_COLUMNS, type LeadRow, leadRow } from "../lib/model/lead.ts";
import type { Me } from "../lib/model/spaces.ts";
import { type LeadSlice, readLeads } from "../lib/offline/leads.ts";
import { readSettings } from "../lib/offline/day.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** What the list of leads shows. */
export interface Leads {
  rows: { row: LeadRow; standing: "received" | "saved" | "needs-you" }[];
  form: FormDefinition;
  /** Cursor of the server's next page. */
  next: string | null;
  /** The device's own next slice. */
  more: LeadSlice["next"];
}

/** Props of {@link LeadsScreen}: null in the shell. */
export interface LeadsScreenProps {
  me: Me | null;
  list: Leads | null;
}

/** How many rows more each press of "Show more" brings. */
const SLICE = 50;

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

/** Leads, newest first, with a search over what this device has. */
export default function LeadsScreen({ me, list }: LeadsScreenProps) {
  // Read anew by every refresh, whichever render began it.
  const asked = useRef({ search: "", limit: SLICE });
  const [found, setFound] = useState<Leads | null>(null);
  const read = async (
    field: Parameters<typeof readLeads>[0],
  ): Promise<Leads | null> => {
    const [{ leads, next }, settings] = await Promise.all([
      readLeads(field, asked.current),
      readSettings(field),
    ]);
    const list = settings && {
      rows: leads.map(({ record, standing }) => ({
        row: leadRow(record, settings.leadForm.columns),
        standing,
      })),
      form: settings.leadForm,
      next: null,
      more: next,
    };
    setFound(list);
    return list;
  };
  const { data: first, field, me: who, phase, status, update } = useField<
    Leads
  >({
    me,
    initial: list,
    read,
  });
  const data = phase === "device" ? found ?? first : first;
  const ask = (search: string, limit: number) => {
    asked.current = { search, limit };
    if (field) read(field).catch(() => {});
  };
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
            {phase === "device" && (
              <Field
                kind="search"
                name="q"
                label="Search leads"
                bare
                icon="search"
                placeholder="Name, street or need"
                onInput={(value) => ask(value, SLICE)}
              />
            )}
            {data.rows.length === 0
              ? (
                <Empty
                  title={asked.current.search
                    ? "Nothing found on this phone"
                    : "No leads yet"}
                >
                  {asked.current.search
                    ? "Try fewer letters. Older leads are found in the office."
                    : "Somebody asks you at the door? Take it down here, also without a network."}
                </Empty>
              )
              : (
                <RowList label="Leads" columns>
                  {data.rows.map(({ row, standing }) => (
                    <Row
                      key={row.id}
                      href={`/client/leads/${row.id}`}
                      title={row.name}
                      sub={row.place}
                      note={Object.entries(row.more ?? {}).map((
                        [name, value],
                      ) => wordsOf(data.form, name, value)).filter(Boolean)
                        .join(" · ")}
                      tag={standing === "received"
                        ? undefined
                        : <SyncBadge state={standing} />}
                      end={
                        <>
                          {who &&
                            dayWords(
                              localTime(who.timeZone, Date.parse(row.updatedAt))
                                .day,
                            )}
                          <Badge>
                            {wordsOf(data.form, LEAD_COLUMNS.step, row.step)}
                          </Badge>
                        </>
                      }
                    />
                  ))}
                </RowList>
              )}
            {data.next && phase === "server" && (
              <a
                class="btn btn-block"
                href={`?cursor=${encodeURIComponent(data.next)}`}
              >
                Show more
              </a>
            )}
            {data.more && (
              <button
                type="button"
                class="btn btn-block"
                onClick={() =>
                  ask(asked.current.search, asked.current.limit + SLICE)}
              >
                Show more
              </button>
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
