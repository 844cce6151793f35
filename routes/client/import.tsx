import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../components/client_nav.ts";
import { momentWords } from "../../components/date_words.ts";
import { ImportMain, type ImportWords } from "../../components/ImportMain.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { TopBar } from "../../components/TopBar.tsx";
import { describeChange } from "../../islands/field/describe_change.ts";
import { fieldLabel, fieldWords } from "../../islands/field/field_words.ts";
import {
  importedPictureRefusalWords,
  importedRefusalWords,
} from "../../islands/field/refusal_words.ts";
import SyncGlance from "../../islands/SyncGlance.tsx";
import {
  emptyImport,
  importByForm,
  type ImportData,
  type ImportRow,
  type PictureRow,
} from "../../lib/http/import_call.ts";
import { define } from "../../lib/http/state.ts";
import { blobFileName } from "../../lib/model/blob_file_name.ts";
import type { FieldValues, FormDefinition } from "../../lib/model/form.ts";
import { recordOf } from "../../lib/model/operation.ts";

/** Takes in what a phone could not send, on behalf of whoever did it. */
export const handler = define.handlers({
  GET: (ctx) => page<ImportData>(emptyImport(ctx)),

  async POST(ctx) {
    const { data, status } = await importByForm(ctx);
    return page<ImportData>(data, { status });
  },
});

function wordsOf(
  row: ImportRow,
  form: FormDefinition,
  timeZone: string,
): ImportWords {
  const { change, record, madeAt, outcome, refusal } = row;
  const note = refusal
    ? refusal.message ?? importedRefusalWords(refusal.code)
    : undefined;
  const at = madeAt ? momentWords(timeZone, madeAt) : "";
  if (change === null) {
    return {
      title: "A change that cannot be read",
      at,
      outcome,
      note,
      values: [],
    };
  }
  const id = recordOf(change);
  const { title, href } = describeChange({ change, record: id }, record);
  const order = record && "checklist" in record ? record : null;
  const fields: FieldValues = "fields" in change.payload
    ? change.payload.fields
    : {};
  return {
    title,
    at,
    outcome,
    note,
    values: Object.entries(fields).map(([name, value]) => ({
      label: fieldLabel(name, form, order),
      value: fieldWords(name, value, form),
    })),
    // Without a record there is nothing to open.
    ...(href && record && { href }),
  };
}

const kilobytes = (bytes: number) =>
  `${Math.max(1, Math.round(bytes / 1024))} KB`;

function pictureWords(row: PictureRow, timeZone: string): ImportWords {
  const { hash, about, madeAt, order, outcome, refusal } = row;
  const name = order
    ? blobFileName(order.number, hash, about.type)
    : hash.slice(0, 8);
  return {
    title: order
      ? `Picture of order ${order.number}, ${order.title}`
      : "Picture of an order that is not here",
    at: momentWords(timeZone, madeAt),
    outcome,
    note: refusal
      ? refusal.message ?? importedPictureRefusalWords(refusal.code)
      : undefined,
    values: [{ label: "File", value: `${name}, ${kilobytes(about.size)}` }],
    ...(order && { href: `/client/orders/${order.id}` }),
  };
}

export default define.page<typeof handler>((
  { data: { me, file, errors } },
) => {
  const words = (row: ImportRow) =>
    wordsOf(row, file?.form ?? { sections: [] }, me.timeZone);
  return (
    <>
      <Head>
        <title>Import · StreamFlow</title>
      </Head>
      <PageFrame nav={clientNav(me, "team")} icons={["check", "merge", "x"]}>
        <TopBar title="Import" sub="What a phone could not send">
          <SyncGlance me={me} />
        </TopBar>
        <ImportMain
          file={file && {
            ...file,
            savedAt: momentWords(me.timeZone, file.savedAt),
            rows: file.rows.map(words),
            pictures: file.pictures.map((row) =>
              pictureWords(row, me.timeZone)
            ),
            refused: file.refused.map(words),
          }}
          errors={errors}
        />
      </PageFrame>
    </>
  );
});
