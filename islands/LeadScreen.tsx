import "./field/shared_chunk.ts";
import { useRef, useState } from "preact/hooks";
import { SyncBadge } from "../components/Badge.tsx";
import { Banner } from "../components/Banner.tsx";
import { Card } from "../components/Card.tsx";
import { Dock } from "../components/Dock.tsx";
import { RuleField } from "../components/RuleField.tsx";
import { TopBar } from "../components/TopBar.tsx";
import {
  checkForm,
  type FieldValues,
  type FormDefinition,
  readFormValues,
} from "../lib/model/form.ts";
import { type Lead, LEAD_COLUMNS } from "../lib/model/lead.ts";
import type { Me } from "../lib/model/spaces.ts";
import { readRecord } from "../lib/offline/local.ts";
import { readSettings } from "../lib/offline/day.ts";
import { createLead, editLead } from "../lib/offline/leads.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import { NOT_SAVED, takeForm, textOf } from "./field/submit.ts";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** What the lead form shows. */
export interface LeadForm {
  /** Null: a new lead. */
  id: string | null;
  version: number;
  values: FieldValues;
  form: FormDefinition;
  standing: "received" | "saved" | "needs-you";
}

/** Props of {@link LeadScreen}: null in the shell, where the address names the lead. */
export interface LeadScreenProps {
  me: Me | null;
  lead: LeadForm | null;
  /** Values as they were when the form was made, where it came back with errors, without scripts. */
  was: FieldValues | null;
  /** Id of a new lead, and idempotency key, for a page without scripts. */
  newId: string;
  formKey: string;
  errors: Record<string, string>;
  /** What happened to the form that was just sent, without scripts. */
  problem: string | null;
}

/** A lead to fill in or to change, by the form of the company's template. */
export default function LeadScreen(props: LeadScreenProps) {
  const id = props.lead
    ? props.lead.id
    : typeof location === "undefined" || location.pathname.endsWith("/new")
    ? null
    : location.pathname.split("/").at(-1) ?? null;
  const view = useField<LeadForm>({
    me: props.me,
    initial: props.lead,
    read: async (field) => {
      const settings = await readSettings(field);
      if (settings === null) return null;
      const form = settings.leadForm;
      if (id === null) {
        return { id, version: 0, values: {}, form, standing: "received" };
      }
      const lead = await readRecord<Lead>(field, id);
      return lead && {
        id,
        version: lead.record.version,
        values: lead.record.fields,
        form,
        standing: lead.standing,
      };
    },
  });
  const [errors, setErrors] = useState(props.errors);
  const [failed, setFailed] = useState(props.problem ?? "");
  const { field, here, phase, status, update } = view;
  // What is being typed is not pulled away by what arrives meanwhile: from the first key on the form keeps its base.
  const typing = useRef(false);
  const base = useRef<LeadForm | null>(null);
  if (!typing.current || !base.current || !view.data) base.current = view.data;
  const data = base.current;
  const name = data?.values[LEAD_COLUMNS.name];

  const submit = async (event: Parameters<typeof takeForm>[0]) => {
    if (
      field === null || data === null || (id !== null && !here)
    ) return;
    const form = takeForm(event);
    const values = readFormValues(data.form, (name) => textOf(form, name));
    const wrong = checkForm(data.form, values);
    setErrors(Object.fromEntries(
      wrong.map(({ field, message }) => [field, message]),
    ));
    if (wrong.length > 0) {
      document.getElementById(`f-${wrong[0]?.field}`)?.focus();
      return;
    }
    try {
      const saved = id === null
        ? await createLead(field, values)
        : await editLead(field, id, changesOf(data.values, values), {
          version: data.version,
          fields: data.values,
        });
      if (saved.ok) location.assign("/client/leads");
      else {setFailed(
          "This lead is not on this phone any more. Nothing was saved.",
        );}
    } catch {
      setFailed(NOT_SAVED);
    }
  };

  return (
    <>
      <TopBar
        title={typeof name === "string"
          ? name
          : id === null
          ? "New lead"
          : "Lead"}
        sub={data && data.standing !== "received"
          ? <SyncBadge state={data.standing} />
          : undefined}
        back={{ href: "/client/leads" }}
      >
        <SyncNow status={status} me={view.me} />
      </TopBar>
      <main class="main" id="main">
        <SyncNotices status={status} update={update} />
        {failed && <Banner tone="bad" icon="warn" title={failed} alert />}
        {data === null ? <Elsewhere phase={phase} what="this lead" /> : (
          <form
            class="fill read"
            method="post"
            onInput={() => typing.current = true}
            onSubmit={submit}
            noValidate={phase === "device"}
          >
            <input type="hidden" name="key" value={props.formKey} />
            <input type="hidden" name="id" value={props.newId} />
            <input type="hidden" name="version" value={data.version} />
            <input
              type="hidden"
              name="was"
              value={phase === "server"
                ? JSON.stringify(props.was ?? data.values)
                : ""}
            />
            {data.form.sections.map((section) => (
              <Card key={section.title} title={section.title}>
                {section.fields.map((rule) => (
                  <RuleField
                    key={`${rule.name}/${data.values[rule.name]}`}
                    rule={rule}
                    value={data.values[rule.name] ?? null}
                    error={errors[rule.name]}
                    autofocus={rule.name === Object.keys(props.errors)[0]}
                  />
                ))}
              </Card>
            ))}
            <Dock>
              <button class="btn btn-main btn-big" type="submit">Save</button>
            </Dock>
          </form>
        )}
      </main>
    </>
  );
}

/** What the person changed, of all that the form holds. */
function changesOf(before: FieldValues, after: FieldValues): FieldValues {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) =>
      (before[name] ?? null) !== value
    ),
  );
}
