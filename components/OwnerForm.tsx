import { Card } from "./Card.tsx";
import { ErrorSummary, firstError } from "./ErrorSummary.tsx";
import { Field } from "./Field.tsx";

/** Props of {@link OwnerForm}. */
export interface OwnerFormProps {
  values: { name: string; email: string };
  /** Message by field name. */
  errors: Readonly<Record<string, string>>;
  /** Idempotency key: the form sent twice invites once. */
  formKey: string;
}

const LABELS = { name: "Name", email: "Email" };

/** Asks who owns a company that nobody has joined yet. */
export function OwnerForm({ values, errors, formKey }: OwnerFormProps) {
  const focus = firstError({ errors, labels: LABELS });
  return (
    <Card title="Who owns it">
      <p>
        They get a link by mail that works once, for a week. A link that was
        sent before ends with it.
      </p>
      <form class="stack read" method="post">
        <input type="hidden" name="key" value={formKey} />
        <ErrorSummary errors={errors} labels={LABELS} />
        <Field
          name="name"
          label={LABELS.name}
          value={values.name}
          error={errors.name}
          autofocus={focus === "name"}
          maxLength={100}
          autocomplete="off"
          required
        />
        <Field
          kind="email"
          name="email"
          label={LABELS.email}
          value={values.email}
          error={errors.email}
          autofocus={focus === "email"}
          autocomplete="off"
          required
        />
        <button class="btn btn-main btn-block" type="submit">
          Make the link
        </button>
      </form>
    </Card>
  );
}
