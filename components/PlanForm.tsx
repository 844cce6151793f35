import {
  type FieldValues,
  type FormDefinition,
  formFields,
} from "../lib/model/form.ts";
import { Card } from "./Card.tsx";
import { Dock } from "./Dock.tsx";
import { Field } from "./Field.tsx";
import { RuleField } from "./RuleField.tsx";

/** Props of {@link PlanForm}. */
export interface PlanFormProps {
  form: FormDefinition;
  values: FieldValues;
  /** Kinds of work to begin from; none where an order is there already. */
  kinds: readonly { id: string; title: string }[];
  kind: string;
  /** Id of the order that is planned. */
  id: string;
  /** Idempotency key. */
  formKey: string;
  version: number;
  errors: Record<string, string>;
}

/** The plan of a work order: what, for whom, when and by whom. */
export function PlanForm(
  { form, values, kinds, kind, id, formKey, version, errors }: PlanFormProps,
) {
  const first = formFields(form).find(({ name }) => errors[name])?.name;
  return (
    <form class="fill read" method="post">
      <input type="hidden" name="key" value={formKey} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="version" value={version} />
      {kinds.length > 0 && (
        <Card title="Kind of work">
          <Field
            kind="select"
            name="kind"
            label="Kind"
            value={kind}
            options={kinds.map(({ id, title }) => ({
              value: id,
              label: title,
            }))}
            hint="Its checklist comes with it."
          />
        </Card>
      )}
      {form.sections.map((section) => (
        <Card key={section.title} title={section.title}>
          {section.fields.map((rule) => (
            <RuleField
              key={rule.name}
              rule={rule}
              value={values[rule.name] ?? null}
              error={errors[rule.name]}
              autofocus={rule.name === first}
            />
          ))}
        </Card>
      ))}
      <Dock>
        <button class="btn btn-main btn-big" type="submit">
          Save the plan
        </button>
      </Dock>
    </form>
  );
}
