import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Badge } from "../../components/Badge.tsx";
import { Banner } from "../../components/Banner.tsx";
import { clientNav } from "../../components/client_nav.ts";
import { Card, Section } from "../../components/Card.tsx";
import { Field } from "../../components/Field.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { roleWords } from "../../components/role_words.ts";
import { Avatar } from "../../components/Avatar.tsx";
import { Row, RowList } from "../../components/Row.tsx";
import { TopBar } from "../../components/TopBar.tsx";
import SyncGlance from "../../islands/SyncGlance.tsx";
import { inviteMember } from "../../lib/access/invite_member.ts";
import { acting } from "../../lib/http/call.ts";
import { messagesOf, throwProblem } from "../../lib/http/page_problem.ts";
import { formText, readForm } from "../../lib/http/read_body.ts";
import { define } from "../../lib/http/state.ts";
import { grantableRoles } from "../../lib/model/granting.ts";
import { may } from "../../lib/model/policy.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { MemberRow } from "../../lib/store/identities.ts";
import { readPage } from "../../lib/store/page.ts";
import type { TenantStore } from "../../lib/store/tenant_store.ts";

interface Data {
  me: Me;
  members: MemberRow[];
  next: string | null;
  values: { name: string; email: string; role: string };
  errors: Record<string, string>;
  /** The one-time link, shown once, to whoever invited. */
  link: { name: string; url: string } | null;
}

const blank = { name: "", email: "", role: "WORKER" };

async function members(tenant: TenantStore, cursor: string | null) {
  const { rows, next } = await readPage<MemberRow>(
    tenant,
    tenant.keys.members("CLIENT"),
    {
      cursor,
      limit: 50,
    },
  );
  return { members: rows, next };
}

/** Who is in the company; owners and managers invite. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const list = await members(tenant, ctx.url.searchParams.get("cursor"));
    return page<Data>({ me, ...list, values: blank, errors: {}, link: null });
  },

  async POST(ctx) {
    const { me, tenant, audit } = acting(ctx);
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const values = {
      name: formText(form.value, "name").trim(),
      email: formText(form.value, "email").trim(),
      role: formText(form.value, "role"),
    };
    const outcome = await inviteMember(ctx.state.deps, me, values, audit);
    const list = await members(tenant, null);
    if (outcome.ok) {
      const here = ctx.state.deps.publicUrl ?? ctx.url;
      const url = new URL(`/invite/${outcome.value.secret}`, here).href;
      return page<Data>({
        me,
        ...list,
        values: blank,
        errors: {},
        link: { name: values.name, url },
      });
    }
    const { status, errors } = outcome.problem;
    if (!errors) throwProblem(outcome.problem);
    return page<Data>({
      me,
      ...list,
      values,
      errors: messagesOf(errors),
      link: null,
    }, { status });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, values, errors, link } = data;
  return (
    <>
      <Head>
        <title>Team · StreamFlow</title>
      </Head>
      <PageFrame nav={clientNav(me, "team")} icons={["key", "plus", "clock"]}>
        <TopBar title="Team" sub={me.company}>
          <SyncGlance me={me} />
        </TopBar>
        <main class="main" id="main">
          {link && (
            <Card title={`Invitation for ${link.name}`}>
              <Banner tone="go" icon="check" title="The link is ready.">
                Send it to{" "}
                {link.name}. It works once, for a week, and is not shown again.
              </Banner>
              <Field
                name="link"
                label="One-time link"
                value={link.url}
                readOnly
              />
            </Card>
          )}
          <Section title="People" aside={`${data.members.length} shown`}>
            <RowList label="People">
              {data.members.map((member) => (
                <Row
                  key={member.userId}
                  lead={<Avatar name={member.name} />}
                  title={member.name}
                  sub={member.email}
                  end={
                    <>
                      {roleWords(member.roles)}
                      {member.status === "invited" && (
                        <Badge tone="wait" icon="clock">Invited</Badge>
                      )}
                    </>
                  }
                />
              ))}
            </RowList>
            {data.next && (
              <a
                class="btn btn-block"
                href={`?cursor=${encodeURIComponent(data.next)}`}
              >
                Show more
              </a>
            )}
          </Section>
          {may(me, "member.invite") && (
            <Card title="Invite somebody">
              <form class="stack read" method="post">
                <Field
                  name="name"
                  label="Name"
                  value={values.name}
                  error={errors.name}
                  maxLength={100}
                  autocomplete="off"
                  required
                />
                <Field
                  kind="email"
                  name="email"
                  label="Email"
                  value={values.email}
                  error={errors.email}
                  autocomplete="off"
                  required
                />
                <Field
                  kind="select"
                  name="role"
                  label="Role"
                  value={values.role}
                  error={errors.role}
                  options={grantableRoles(me).map(({ role }) => ({
                    value: role,
                    label: roleWords([role]),
                  }))}
                  hint="Workers see their own orders and leads. Owners and managers see everything."
                />
                <button class="btn btn-main btn-block" type="submit">
                  Make the link
                </button>
              </form>
            </Card>
          )}
        </main>
      </PageFrame>
    </>
  );
});
