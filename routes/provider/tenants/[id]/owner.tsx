import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Banner } from "../../../../components/Banner.tsx";
import { InviteForm } from "../../../../components/InviteForm.tsx";
import { InviteLink } from "../../../../components/InviteLink.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { providerNav } from "../../../../components/provider_nav.ts";
import { TopBar } from "../../../../components/TopBar.tsx";
import { acting } from "../../../../lib/http/call.ts";
import { newFormKey, readOwnForm } from "../../../../lib/http/form_call.ts";
import { linkOf, type ShownLink } from "../../../../lib/http/invite_link.ts";
import { messagesOf, throwProblem } from "../../../../lib/http/page_problem.ts";
import { formText } from "../../../../lib/http/read_body.ts";
import { define, type RequestContext } from "../../../../lib/http/state.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import {
  awaitsOwner,
  inviteOwner,
} from "../../../../lib/tenancy/invite_owner.ts";
import { readTenant } from "../../../../lib/tenancy/read_tenants.ts";

interface Data {
  me: Me;
  tenantId: string;
  company: string;
  /** What the form holds; null: somebody has joined, so that there is nothing to ask. */
  form: {
    values: { name: string; email: string };
    errors: Record<string, string>;
    formKey: string;
  } | null;
  /** After the invitation, to be shown once. */
  link: ShownLink | null;
}

const EMPTY = { name: "", email: "" };

async function show(
  ctx: RequestContext,
  over: Partial<Data> = {},
  values = EMPTY,
  errors: Record<string, string> = {},
): Promise<Data> {
  const { me, now } = acting(ctx);
  const { store } = ctx.state.deps;
  const tenant = await readTenant(store, me, ctx.params.id ?? "");
  if (!tenant.ok) throwProblem(tenant.problem);
  const { id, company } = tenant.value;
  const waits = await awaitsOwner(store, tenant.value);
  return {
    me,
    tenantId: id,
    company,
    form: waits ? { values, errors, formKey: newFormKey(me, now) } : null,
    link: null,
    ...over,
  };
}

/** Invites the first person of a tenant that nobody has joined yet. */
export const handler = define.handlers({
  async GET(ctx) {
    return page<Data>(await show(ctx));
  },

  async POST(ctx) {
    const { me, audit } = acting(ctx);
    const { deps } = ctx.state;
    const form = await readOwnForm(ctx);
    if (!form.ok) throwProblem(form.problem);
    const values = {
      name: formText(form.value, "name").trim(),
      email: formText(form.value, "email").trim(),
    };
    const key = formText(form.value, "key");
    const tenantId = ctx.params.id ?? "";
    const outcome = await inviteOwner(
      deps,
      me,
      { ...values, key, tenantId },
      audit,
    );
    if (outcome.ok) {
      deps.kick();
      const link = linkOf(ctx, values.name, outcome.value.secret);
      return page<Data>(await show(ctx, { form: null, link }));
    }
    const { code, status, errors } = outcome.problem;
    if (!errors && code !== "transition-refused") throwProblem(outcome.problem);
    ctx.state.code = code;
    const data = await show(ctx, {}, values, messagesOf(errors));
    return page<Data>(data, { status });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, tenantId, company, form, link } = data;
  return (
    <>
      <Head>
        <title>{`Owner of ${company} · StreamFlow`}</title>
      </Head>
      <PageFrame nav={providerNav(me, "tenants")} icons={["check", "warn"]}>
        <TopBar
          title="Invite the owner"
          sub={company}
          back={{
            href: `/provider/tenants/${tenantId}`,
            label: "Back to the tenant",
          }}
        />
        <main class="main" id="main">
          {link && <InviteLink {...link} />}
          {form && (
            <InviteForm
              title="Who owns it"
              text="They get a link by mail that works once, for a week. A link that was sent before ends with it."
              {...form}
              values={{ ...form.values, role: "" }}
              roles={[]}
            />
          )}
          {!form && !link && (
            <Banner tone="wait" icon="warn" title="Somebody is in it already.">
              Its own people invite everybody else, at Team.
            </Banner>
          )}
        </main>
      </PageFrame>
    </>
  );
});
