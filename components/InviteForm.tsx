import type { Role } from "../lib/model/spaces.ts";
import { Card } from "./Card.tsx";
import { ErrorSummary, firstError } from "./ErrorSummary.tsx";
import { Field } from "./Field.tsx";
import { roleWords, spaceWord } from "./role_words.ts";
import type { Space } from "../lib/model/spaces.ts";

/** Props of {@link InviteForm}. */
export interface InviteFormProps {
  /** What the card asks; else "Invite somebody". */
  title?: string;
  /** What there is to know before. */
  text?: string;
  /** What can be given; none where that is settled. */
  roles: readonly { space: Space; role: Role }[];
  values: { name: string; email: string; role: string };
  /** Message by field name. */
  errors: Readonly<Record<string, string>>;
  /** Idempotency key: the form sent twice invites once. */
  formKey: string;
}

const LABELS = { name: "Name", email: "Email", role: "Role" };

/** Asks whom to invite, and as what. */
export function InviteForm(
  { title = "Invite somebody", text, roles, values, errors, formKey }:
    InviteFormProps,
) {
  const focus = firstError({ errors, labels: LABELS });
  const spaces = new Set(roles.map(({ space }) => space));
  return (
    <Card title={title}>
      {text && <p>{text}</p>}
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
        {roles.length > 0 && (
          <Field
            kind="select"
            name="role"
            label={LABELS.role}
            value={values.role}
            error={errors.role}
            autofocus={focus === "role"}
            options={roles.map(({ space, role }) => ({
              value: role,
              label: spaces.size > 1
                ? `${roleWords([role])} (${spaceWord(space)})`
                : roleWords([role]),
            }))}
            hint="A role says what somebody sees and changes. You can give another one later."
          />
        )}
        <button class="btn btn-main btn-block" type="submit">
          Make the link
        </button>
      </form>
    </Card>
  );
}
