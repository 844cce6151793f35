import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../../components/client_nav.ts";
import {
  HISTORY_ICONS,
  HistoryMain,
} from "../../../../components/HistoryMain.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { TopBar } from "../../../../components/TopBar.tsx";
import {
  fieldLabel,
  fieldWords,
} from "../../../../islands/field/field_words.ts";
import SyncGlance from "../../../../islands/SyncGlance.tsx";
import {
  leadHistory,
  type RecordHistory,
} from "../../../../lib/field/read_history.ts";
import { acting } from "../../../../lib/http/call.ts";
import { throwProblem } from "../../../../lib/http/page_problem.ts";
import { define } from "../../../../lib/http/state.ts";
import type { FormDefinition } from "../../../../lib/model/form.ts";
import { type Lead, LEAD_COLUMNS } from "../../../../lib/model/lead.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import { readSettings } from "../../../../lib/store/settings.ts";

interface Data {
  me: Me;
  history: RecordHistory<Lead>;
  form: FormDefinition;
  further: boolean;
}

/** What became of a lead, and what somebody wrote that does not stand. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const cursor = ctx.url.searchParams.get("cursor");
    const { id = "" } = ctx.params;
    const history = await leadHistory(tenant, me, id, cursor);
    if (!history.ok) throwProblem(history.problem);
    const { template } = await readSettings(tenant);
    return page<Data>({
      me,
      history: history.value,
      form: template.leadForm,
      further: cursor !== null,
    });
  },
});

export default define.page<typeof handler>((
  { data: { me, history, form, further } },
) => {
  const { id, fields } = history.record;
  const record = `/client/leads/${id}`;
  return (
    <>
      <Head>
        <title>
          {`History of ${fields[LEAD_COLUMNS.name] ?? "a lead"} · StreamFlow`}
        </title>
      </Head>
      <PageFrame nav={clientNav(me, "leads")} icons={HISTORY_ICONS} task>
        <TopBar
          title="History"
          sub={fields[LEAD_COLUMNS.name] ?? "Lead"}
          back={{ href: record, label: "Lead" }}
        >
          <SyncGlance me={me} />
        </TopBar>
        <HistoryMain
          me={me}
          kind="lead"
          history={history}
          record={record}
          label={(name) => fieldLabel(name, form, null)}
          words={(name, value) => fieldWords(name, value, form)}
          further={further}
        />
      </PageFrame>
    </>
  );
});
