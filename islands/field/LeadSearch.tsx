import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Empty } from "../../components/Empty.tsx";
import { RowList } from "../../components/Row.tsx";
import type { FormDefinition } from "../../lib/model/form.ts";
import { type LeadRow, leadRow } from "../../lib/model/lead.ts";
import type { Field } from "../../lib/offline/field.ts";
import type { Local } from "../../lib/offline/local.ts";
import { searchLeads } from "../../lib/offline/long_lists.ts";

/** Props of {@link LeadSearch}. */
export interface LeadSearchProps {
  field: Field;
  /** What was typed; not empty. */
  search: string;
  form: FormDefinition;
  /** Another value: something changed, so that the search is made again. */
  stamp: unknown;
  /** Draws one lead. */
  row: (row: LeadRow, standing: Local<unknown>["standing"]) => VNode;
}

/** Where a search is: under way, waiting to be asked for more, at the end, or without the office. */
type Standing = "looking" | "paused" | "done" | "unreached";

/** How long nobody types before it is searched, milliseconds. */
const TYPED_MS = 150;

/** Results after which the search waits to be asked for more. */
const SLICE = 50;

/** What a search found so far, and how far it got: on this phone first, then in the office. */
export function LeadSearch(
  { field, search, form, stamp, row }: LeadSearchProps,
) {
  const [found, setFound] = useState<VNode[]>([]);
  const [looked, setLooked] = useState(0);
  const [standing, setStanding] = useState<Standing>("looking");
  const goOn = useRef(() => {});
  const run = async (isCurrent: () => boolean) => {
    await new Promise((done) => setTimeout(done, TYPED_MS));
    const all: VNode[] = [];
    let most = SLICE;
    for await (const step of searchLeads(field, search)) {
      for (const { record, standing } of step.here) {
        all.push(row(leadRow(record, form.columns), standing));
      }
      for (const lead of step.office) all.push(row(lead, "received"));
      if (!isCurrent()) return;
      setFound([...all]);
      setLooked(step.looked);
      setStanding("looking");
      if (all.length >= most) {
        setStanding("paused");
        await new Promise<void>((done) => goOn.current = done);
        most = all.length + SLICE;
      }
      if (!isCurrent()) return;
    }
    setFound([...all]);
    setStanding("done");
  };
  const again = () => {
    let current = true;
    setStanding("looking");
    run(() => current).catch(() => current && setStanding("unreached"));
    return () => {
      current = false;
      goOn.current();
    };
  };
  useEffect(again, [search, stamp]);
  const count = `${found.length} found`;
  return (
    <>
      <p class="sub" role="status">
        {standing === "looking"
          ? `${count}, looked through ${looked} leads so far`
          : standing === "unreached"
          ? `${count} on this phone`
          : standing === "paused"
          ? `${count} in the latest ${looked} leads`
          : `${count} in ${looked} leads`}
      </p>
      {found.length > 0 && (
        <RowList label="Leads found" columns>{found}</RowList>
      )}
      {found.length === 0 && standing === "done" && (
        <Empty title="Nothing found">
          No lead has all of these words. Try fewer letters.
        </Empty>
      )}
      {standing === "paused" && (
        <button
          type="button"
          class="btn btn-block"
          onClick={() => goOn.current()}
        >
          Search on
        </button>
      )}
      {standing === "unreached" && (
        <>
          <p>
            This phone has the newest leads. Older ones are in the office, which
            is not reached now.
          </p>
          <button type="button" class="btn btn-block" onClick={again}>
            Try the office again
          </button>
        </>
      )}
    </>
  );
}
