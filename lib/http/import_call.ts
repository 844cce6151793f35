import { parseChange } from "../field/parse_change.ts";
import type { Lead } from "../model/lead.ts";
import { type Change, recordOf } from "../model/operation.ts";
import type { Me } from "../model/spaces.ts";
import type { RefusedChange } from "../model/unsent_file.ts";
import type { FormDefinition } from "../model/form.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { readSettings } from "../store/settings.ts";
import { readImportFile } from "../sync/import_file.ts";
import { type ImportedChange, importUnsent } from "../sync/import_unsent.ts";
import { acting } from "./call.ts";
import { fieldWork } from "./field_work.ts";
import { messagesOf } from "./page_problem.ts";
import { formText, MAX_SYNC_BYTES, readForm } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

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

const refusedRow = (
  { route, method, payload, madeAt, problem }: RefusedChange,
): Omit<ImportRow, "record"> => ({
  change: unread(route, method, payload),
  madeAt,
  outcome: problem.code === "stale-entity" ? "conflict" : "refused",
  refusal: { code: problem.code, message: null },
});

/** Looks at a file of unsent work, or takes it in, as the form's button says. */
export async function importByForm(
  ctx: RequestContext,
): Promise<{ data: ImportData; status: number }> {
  const { me, tenant, now, audit } = acting(ctx);
  const refused = (errors: Record<string, string>, status: number) => ({
    data: { me, file: null, errors },
    status,
  });
  const form = await readForm(ctx.req, MAX_SYNC_BYTES);
  if (!form.ok) {
    return refused({
      file: form.problem.code === "body-too-large"
        ? "Choose a file of at most 1 MB."
        : "Choose the file that the phone saved.",
    }, form.problem.status);
  }
  const chosen = form.value.get("file");
  const text = chosen instanceof File
    ? await chosen.text()
    : formText(form.value, "content");
  const file = await readImportFile(tenant, text);
  if (!file.ok) {
    return refused(messagesOf(file.problem.errors), file.problem.status);
  }
  const done = formText(form.value, "step") === "take";
  const settings = await readSettings(tenant);
  const outcome = await importUnsent(
    tenant,
    {
      subject: me,
      requestId: ctx.state.requestId,
      auditId: audit.id,
      route: audit.route,
    },
    file.value,
    fieldWork(settings),
    now,
    !done,
  );
  if (!outcome.ok) {
    const { errors, status } = outcome.problem;
    const busy = {
      file: "The office is busy. Nothing is lost: send the file again.",
    };
    return refused(errors ? messagesOf(errors) : busy, status);
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
    refusal: problem
      ? { code: problem.code, message: problem.errors?.[0]?.message ?? null }
      : null,
  }));
  const before = file.value.refused.map(refusedRow);
  const ids = [
    ...new Set([...rows, ...before].flatMap((row) => idOf(row.change) ?? [])),
  ];
  const found = await tenant.getMany<Lead | WorkOrder>(
    ids.map((id) =>
      id.startsWith("lead_") ? tenant.keys.lead(id) : tenant.keys.order(id)
    ),
  );
  const records = new Map(ids.map((id, i) => [id, found[i] ?? null]));
  const withRecord = (row: Omit<ImportRow, "record">): ImportRow => ({
    ...row,
    record: records.get(idOf(row.change) ?? "") ?? null,
  });
  return {
    data: {
      me,
      file: {
        text,
        worker: file.value.user.name,
        savedAt: new Date(file.value.savedAt).toISOString(),
        rows: rows.map(withRecord),
        refused: before.map(withRecord),
        done,
        form: settings.template.leadForm,
      },
      errors: {},
    },
    status: 200,
  };
}
