import type { Role, Space } from "../lib/model/spaces.ts";
import { Banner } from "./Banner.tsx";
import { Card } from "./Card.tsx";
import { ErrorSummary } from "./ErrorSummary.tsx";
import { Facts } from "./Facts.tsx";
import { Field } from "./Field.tsx";
import { roleWords, spaceWord } from "./role_words.ts";
import { MemberBadge } from "./TeamList.tsx";

/** One membership of a person, as whoever may change it sees it. */
export interface MemberInSpace {
  space: Space;
  roles: readonly Role[];
  status: "active" | "invited" | "ended";
  /** What can be given instead; empty where the person is stronger than who looks. */
  grantable: readonly Role[];
}

/** Props of {@link MemberForms}. */
export interface MemberFormsProps {
  name: string;
  /** It is the one who looks. */
  self: boolean;
  memberships: readonly MemberInSpace[];
  /** Idempotency key: a new link that is asked for twice is made once. */
  formKey: string;
  /** Where something was refused, and why, by field name. */
  refused?: { space: Space; errors: Readonly<Record<string, string>> } | null;
}

const LABELS = { role: "Role", end: "End" };

/** What can be done about somebody's memberships: another role, a new link, the end. */
export function MemberForms(
  { name, self, memberships, refused, formKey }: MemberFormsProps,
) {
  return (
    <>
      {memberships.map((membership) => (
        <MemberCard
          key={membership.space}
          name={name}
          self={self}
          membership={membership}
          formKey={formKey}
          errors={refused?.space === membership.space ? refused.errors : {}}
        />
      ))}
    </>
  );
}

function MemberCard(
  { name, self, membership, errors, formKey }: {
    name: string;
    self: boolean;
    formKey: string;
    membership: MemberInSpace;
    errors: Readonly<Record<string, string>>;
  },
) {
  const { space, roles, status, grantable } = membership;
  const word = spaceWord(space);
  const where = (
    <>
      <input type="hidden" name="space" value={space} />
      <input type="hidden" name="key" value={formKey} />
    </>
  );
  return (
    <Card title={word} aside={<MemberBadge status={status} />}>
      <Facts items={[["Role", roleWords(roles)]]} />
      <ErrorSummary errors={errors} labels={LABELS} />
      {grantable.length === 0 && (
        <Banner tone="info" icon="lock" title="This role is above yours.">
          Somebody with the same role can change it.
        </Banner>
      )}
      {grantable.length > 0 && status === "active" && (
        <form class="stack read" method="post">
          {where}
          <Field
            kind="select"
            name="role"
            id={errors.role ? "f-role" : `f-role-${space}`}
            label="New role"
            value={roles[0]}
            error={errors.role}
            autofocus={errors.role !== undefined}
            options={grantable.map((role) => ({
              value: role,
              label: roleWords([role]),
            }))}
            hint="It holds from the next thing that they do."
          />
          <button
            class="btn btn-block"
            type="submit"
            name="action"
            value="role"
          >
            Give this role
          </button>
        </form>
      )}
      {grantable.length > 0 && status !== "active" && (
        <form class="read" method="post">
          {where}
          <button
            class="btn btn-block"
            type="submit"
            name="action"
            value="link"
          >
            {status === "invited" ? "Make a new link" : "Invite again"}
          </button>
        </form>
      )}
      {grantable.length > 0 && status !== "ended" && (
        <form class="stack read" method="post">
          {where}
          <button
            class="btn btn-bad btn-block"
            id={errors.end ? "f-end" : undefined}
            type="submit"
            name="action"
            value="end"
            aria-describedby={`f-end-h-${space}`}
          >
            {status === "invited"
              ? "Take the invitation back"
              : `End ${self ? "your" : "the"} membership`}
          </button>
          <p class="hint" id={`f-end-h-${space}`}>
            {status === "invited"
              ? "The link stops working."
              : `${
                self ? "You are" : `${name} is`
              } logged out at once. What was done keeps the name; what a phone has not sent yet is refused.`}
          </p>
        </form>
      )}
    </Card>
  );
}
