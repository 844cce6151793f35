import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Banner } from "../../../../components/Banner.tsx";
import { Card } from "../../../../components/Card.tsx";
import { dateWords } from "../../../../components/date_words.ts";
import { Facts } from "../../../../components/Facts.tsx";
import { Icon } from "../../../../components/Icon.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { providerNav } from "../../../../components/provider_nav.ts";
import { nameWord } from "../../../../components/tenant_words.ts";
import { TenantBadge } from "../../../../components/TenantBadge.tsx";
import { TopBar } from "../../../../components/TopBar.tsx";
import { acting } from "../../../../lib/http/call.ts";
import { throwProblem } from "../../../../lib/http/page_problem.ts";
import { formText, readForm } from "../../../../lib/http/read_body.ts";
import { define, type RequestContext } from "../../../../lib/http/state.ts";
import { may } from "../../../../lib/model/policy.ts";
import { fail } from "../../../../lib/model/problem.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import { awaitsOwner } from "../../../../lib/tenancy/invite_owner.ts";
import {
  readTenant,
  type TenantFacts,
} from "../../../../lib/tenancy/read_tenants.ts";
import { setTenantStatus } from "../../../../lib/tenancy/set_tenant_status.ts";

interface Data {
  me: Me;
  tenant: TenantFacts;
  /** Nobody has joined yet, and the one who looks may invite the owner. */
  awaitsOwner: boolean;
  /** The change that was asked for was refused. */
  refused: boolean;
}

const STATUS = { suspend: "suspended", resume: "active" } as const;

/** What the provider knows of one tenant; admins suspend it and let it go on. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me } = acting(ctx);
    const { store } = ctx.state.deps;
    const tenant = await readTenant(store, me, ctx.params.id ?? "");
    if (!tenant.ok) throwProblem(tenant.problem);
    return page<Data>({
      me,
      tenant: tenant.value,
      awaitsOwner: await mayInvite(ctx, tenant.value),
      refused: false,
    });
  },

  async POST(ctx) {
    const { me, audit } = acting(ctx);
    const { deps } = ctx.state;
    const tenantId = ctx.params.id ?? "";
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const action = formText(form.value, "action");
    if (action !== "suspend" && action !== "resume") {
      throwProblem(
        fail("invalid-input", {
          errors: [{ field: "action", message: "Send suspend or resume." }],
        }).problem,
      );
    }
    const status = STATUS[action];
    const done = await setTenantStatus(deps, me, { tenantId, status }, audit);
    if (done.ok) return ctx.redirect(`/provider/tenants/${tenantId}`, 303);
    const { problem } = done;
    if (problem.code !== "transition-refused") throwProblem(problem);
    ctx.state.code = problem.code;
    const tenant = await readTenant(deps.store, me, tenantId);
    if (!tenant.ok) throwProblem(tenant.problem);
    return page<Data>(
      { me, tenant: tenant.value, awaitsOwner: false, refused: true },
      { status: problem.status },
    );
  },
});

async function mayInvite(
  ctx: RequestContext,
  tenant: TenantFacts,
): Promise<boolean> {
  const { me } = acting(ctx);
  return may(me, "tenant.invite") &&
    await awaitsOwner(ctx.state.deps.store, tenant);
}

export default define.page<typeof handler>(({ data }) => {
  const { me, tenant, awaitsOwner, refused } = data;
  const { id, company, industry, plan, status, createdAt } = tenant;
  return (
    <>
      <Head>
        <title>{`${company} · StreamFlow`}</title>
      </Head>
      <PageFrame
        nav={providerNav(me, "tenants")}
        icons={["check", "pause", "play", "warn"]}
      >
        <TopBar
          title={company}
          sub={`Since ${dateWords(me.timeZone, createdAt)}`}
          back={{ href: "/provider/tenants", label: "Back to the tenants" }}
        />
        <main class="main" id="main">
          {refused && (
            <Banner
              tone="bad"
              icon="warn"
              alert
              title="This one cannot be suspended."
            >
              It is the instance's own: nobody could let it go on again.
            </Banner>
          )}
          <div class="cols cols-side">
            <Card title="Tenant" aside={<TenantBadge status={status} />}>
              <Facts
                items={[
                  ["Company", company],
                  ["Trade", industry && nameWord(industry)],
                  ["Plan", plan && nameWord(plan)],
                  ["Since", dateWords(me.timeZone, createdAt)],
                  ["Tenant id", <code key="id">{id}</code>],
                  [
                    "Signup site's id",
                    tenant.externalCustomerId && (
                      <code key="ext">{tenant.externalCustomerId}</code>
                    ),
                  ],
                ]}
              />
            </Card>
            {awaitsOwner && (
              <Card title="Nobody is in it yet">
                <p>
                  {company} begins when its owner opens a one-time link.
                </p>
                <a class="btn btn-block" href={`/provider/tenants/${id}/owner`}>
                  Invite the owner
                </a>
              </Card>
            )}
            {may(me, "tenant.suspend") && tenant.kind !== "operator" && (
              <Standing status={status} company={company} />
            )}
          </div>
        </main>
      </PageFrame>
    </>
  );
});

/** Suspends the tenant, or lets it go on. */
function Standing(
  { status, company }: { status: "active" | "suspended"; company: string },
) {
  const suspended = status === "suspended";
  return (
    <Card title={suspended ? "Let it go on" : "Suspend"}>
      <p>
        {suspended
          ? `Nobody of ${company} can work here now. Everything they have is kept, and they can go on at once.`
          : `Everybody of ${company} is stopped at their next request. Everything is kept, on their phones too, and you can let them go on at any time.`}
      </p>
      <form method="post">
        {suspended
          ? (
            <button
              class="btn btn-main btn-block"
              name="action"
              value="resume"
              type="submit"
            >
              <Icon name="play" />
              Let it go on
            </button>
          )
          : (
            <button
              class="btn btn-bad btn-block"
              name="action"
              value="suspend"
              type="submit"
            >
              <Icon name="pause" />
              Suspend this tenant
            </button>
          )}
      </form>
    </Card>
  );
}
