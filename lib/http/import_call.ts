import { parseChange } from "../field/parse_change.ts";
import type { BlobAbout } from "../model/blob.ts";
import type { Lead } from "../model/lead.ts";
import { type Change, recordOf } from "../model/operation.ts";
import type { Problem } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import type { RefusedChange } from "../model/unsent_file.ts";
import { MAX_UNSENT_BYTES } from "../model/unsent_file.ts";
import type { FormDefinition } from "../model/form.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { closeAudit } from "../store/audit.ts";
import { readSettings } from "../store/settings.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { type ReadFile, readImportFile } from "../sync/import_file.ts";
import { type ImportedChange, importUnsent } from "../sync/import_unsent.ts";
import { acting } from "./call.ts";
import { fieldWork } from "./field_work.ts";
import { importPictures } from "./import_pictures.ts";
import { messagesOf } from "./page_problem.ts";
import { formText, readForm } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/** The most bytes of a form with a file: beside it what browsers add, of which the most is a byte for the end of each line. */
const IMPORT_FORM_BYTES = MAX_UNSENT_BYTES + 1024 * 1024;

/** One change of a file, with the record that it is about as the office has it. */
export interface ImportRow {
  /** Null: it cannot be read. */
  change: Change | null;
  /** When the phone says it was made, ISO 8601. */
  madeAt: string;
  /** Null: the office does not have it. */
  record: Lead | WorkOrder | null;
  /** What comes, or came, of it. */
  outcome: ImportedChange["outcome"];
  /** Code and first sentence of what refused it. */
  refusal: { code: string; message: string | null } | null;
}

/** One photo or signature of a file. */
export interface PictureRow
  extends Pick<ImportRow, "madeAt" | "outcome" | "refusal"> {
  /** SHA-256 (base64url) of its bytes. */
  hash: string;
  /** What the phone says of it. */
  about: BlobAbout;
  /** Null: the office does not have it. */
  order: WorkOrder | null;
}

/** What the import page shows. */
export interface ImportData {
  /** Who imports. */
  me: Me;
  /** Null: no file yet. */
  file: {
    /** As it was sent: it travels with the page until somebody decides. */
    text: string;
    /** Name of whose work it is. */
    worker: string;
    /** By the phone's clock, ISO 8601. */
    savedAt: string;
    /** By seq. */
    rows: ImportRow[];
    /** Refused or asked about before the file was written. */
    refused: ImportRow[];
    /** Photos and signatures, in the file's order. */
    pictures: PictureRow[];
    /** It was taken in; else: this is what would come of it. */
    done: boolean;
    /** Gives the fields of leads their labels. */
    form: FormDefinition;
  } | null;
  /** Message by field name. */
  errors: Record<string, string>;
}

/** The page before a file was chosen. */
export function emptyImport(ctx: RequestContext): ImportData {
  return { me: acting(ctx).me, file: null, errors: {} };
}

const unread = (route: string, method: string, payload: unknown) =>
  parseChange(method, route, payload).ok
    ? { route, method, payload } as Change
    : null;

const idOf = (change: Change | null) => change ? recordOf(change) : null;

const refusalOf = ({ code, errors }: Problem): ImportRow["refusal"] => ({
  code,
  message: errors?.[0]?.message ?? null,
});

const refusedRow = (
  { route, method, payload, madeAt, problem }: RefusedChange,
): Omit<ImportRow, "record"> => ({
  change: unread(route, method, payload),
  madeAt,
  outcome: problem.code === "stale-entity" ? "conflict" : "refused",
  refusal: { code: problem.code, message: null },
});

/** The records that ids name, as far as the office has them. */
async function recordsOf(
  tenant: TenantStore,
  ids: readonly string[],
): Promise<(id: string | null) => Lead | WorkOrder | null> {
  const names = [...new Set(ids)];
  const found = await tenant.getMany<Lead | WorkOrder>(
    names.map((id) =>
      id.startsWith("lead_") ? tenant.keys.lead(id) : tenant.keys.order(id)
    ),
  );
  const records = new Map(names.map((id, i) => [id, found[i] ?? null]));
  return (id) => records.get(id ?? "") ?? null;
}

const refuse = (me: Me, errors: Record<string, string>, status: number) => ({
  data: { me, file: null, errors },
  status,
});

/** Looks at a file of unsent work, or takes it in, as the form's button says. */
export async function importByForm(
  ctx: RequestContext,
): Promise<{ data: ImportData; status: number }> {
  const { me, tenant } = acting(ctx);
  const form = await readForm(ctx.req, IMPORT_FORM_BYTES);
  if (!form.ok) {
    return refuse(me, {
      file: form.problem.code === "body-too-large"
        ? `Choose a file of at most ${MAX_UNSENT_BYTES / 1024 ** 2} MB.`
        : "Choose the file that the phone saved.",
    }, form.problem.status);
  }
  const chosen = form.value.get("file");
  const text = chosen instanceof File
    ? await chosen.text()
    : formText(form.value, "content");
  const file = await readImportFile(tenant, text);
  if (!file.ok) {
    return refuse(me, messagesOf(file.problem.errors), file.problem.status);
  }
  const done = formText(form.value, "step") === "take";
  return await importFile(ctx, file.value, text, done);
}

async function importFile(
  ctx: RequestContext,
  file: ReadFile,
  text: string,
  done: boolean,
): Promise<{ data: ImportData; status: number }> {
  const { me, tenant, now, audit } = acting(ctx);
  const settings = await readSettings(tenant);
  const outcome = await importUnsent(
    tenant,
    {
      subject: me,
      requestId: ctx.state.requestId,
      auditId: audit.id,
      route: audit.route,
    },
    file,
    fieldWork(settings),
    now,
    !done,
  );
  const brought = outcome.ok
    ? await importPictures(ctx, audit, outcome.value.worker, file, done)
    : [];
  // Whatever came of the changes, the pictures may have left it open.
  if (done && file.pictures.length > 0) await closeAudit(tenant, audit.id);
  if (!outcome.ok) {
    const { errors, status } = outcome.problem;
    const busy = {
      file: "The office is busy. Nothing is lost: send the file again.",
    };
    return refuse(me, errors ? messagesOf(errors) : busy, status);
  }
  const { changes } = outcome.value;
  if (done) {
    const applied = changes.filter((one) => one.outcome === "applied").length;
    if (applied > 0) ctx.state.deps.count("sync.imported", applied);
  }
  const rows = changes.map(({ op, outcome, problem }) => ({
    change: op.refusal ? null : unread(op.route, op.method, op.payload),
    madeAt: op.claim.occurredAt,
    outcome,
    refusal: problem ? refusalOf(problem) : null,
  }));
  const before = file.refused.map(refusedRow);
  const recordOfId = await recordsOf(tenant, [
    ...[...rows, ...before].flatMap((row) => idOf(row.change) ?? []),
    ...brought.map(({ blob }) => blob.order),
  ]);
  const withRecord = (row: Omit<ImportRow, "record">): ImportRow => ({
    ...row,
    record: recordOfId(idOf(row.change)),
  });
  return {
    data: {
      me,
      file: {
        text,
        worker: file.user.name,
        savedAt: new Date(file.savedAt).toISOString(),
        rows: rows.map(withRecord),
        refused: before.map(withRecord),
        pictures: brought.map(({ blob, outcome, problem }) => {
          const { hash, about, madeAt, order } = blob;
          return {
            hash,
            about,
            madeAt,
            order: recordOfId(order) as WorkOrder | null,
            outcome,
            refusal: problem ? refusalOf(problem) : null,
          };
        }),
        done,
        form: settings.template.leadForm,
      },
      errors: {},
    },
    status: 200,
  };
}
