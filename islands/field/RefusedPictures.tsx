import { useEffect, useState } from "preact/hooks";
import { Section } from "../../components/Card.tsx";
import { OpRow } from "../../components/OpRow.tsx";
import { RowList } from "../../components/Row.tsx";
import { timeOfDay } from "../../components/time_words.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { dropPicture, keptBytes } from "../../lib/offline/blobs.ts";
import type { Field } from "../../lib/offline/field.ts";
import { readRecord } from "../../lib/offline/local.ts";
import type { KeptBlob } from "../../lib/offline/schema.ts";
import { refusalWords } from "./refusal_words.ts";

/** Props of {@link RefusedPictures}. */
export interface RefusedPicturesProps {
  field: Field;
  me: Me;
  rows: readonly KeptBlob[];
}

/** The pictures that the office did not take: to look at, to keep elsewhere, to let go. */
export function RefusedPictures({ field, me, rows }: RefusedPicturesProps) {
  if (rows.length === 0) return null;
  return (
    <Section title="Not taken by the office" aside={String(rows.length)}>
      <RowList label="Pictures that the office did not take">
        {rows.map((row) => (
          <RefusedPicture key={row.id} field={field} me={me} row={row} />
        ))}
      </RowList>
    </Section>
  );
}

function RefusedPicture(
  { field, me, row }: { field: Field; me: Me; row: KeptBlob },
) {
  const [url, setUrl] = useState("");
  const [order, setOrder] = useState<WorkOrder | null>(null);
  const [failed, setFailed] = useState("");
  useEffect(() => {
    let made = "";
    let over = false;
    const open = async () => {
      const local = await readRecord<WorkOrder>(field, row.order);
      const bytes = await keptBytes(field, row);
      if (over) return;
      setOrder(local && local.record);
      if (!bytes) return;
      made = URL.createObjectURL(new Blob([bytes], { type: row.about.type }));
      setUrl(made);
    };
    open().catch(() => {});
    return () => {
      over = true;
      URL.revokeObjectURL(made);
    };
  }, [field, row.id]);
  const { type } = row.about;
  const what = type === "image/png" ? "A signature" : "A photo";
  const drop = () =>
    dropPicture(field, row).catch(() =>
      setFailed("This phone's storage does not answer. It is still here.")
    );
  return (
    <OpRow
      icon="x"
      title={`${what} of ${
        order ? `order ${order.number}, ${order.title}` : "an order"
      }`}
      at={timeOfDay(me.timeZone, row.at)}
      state="settled"
      note={failed || refusalWords(row.refused ?? "")}
      more={url && (
        <p>
          <img class="shot-large" src={url} alt={what} />
        </p>
      )}
    >
      {url && (
        <a
          class="btn"
          href={url}
          download={`streamflow-${order?.number ?? "order"}-${
            row.hash.slice(0, 6)
          }.${type.slice(6)}`}
        >
          Save the picture
        </a>
      )}
      <button type="button" class="btn btn-quiet" onClick={drop}>
        Give it up
      </button>
    </OpRow>
  );
}
