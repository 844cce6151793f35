import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { TeamMain } from "../../../components/TeamMain.tsx";
import { TopBar } from "../../../components/TopBar.tsx";
import SyncGlance from "../../../islands/SyncGlance.tsx";
import {
  inviteByForm,
  readTeam,
  type TeamData,
} from "../../../lib/http/team_call.ts";
import { define } from "../../../lib/http/state.ts";
import { may } from "../../../lib/model/policy.ts";

/** Who is in the company; owners and managers invite. */
export const handler = define.handlers({
  GET: async (ctx) => page<TeamData>(await readTeam(ctx)),

  async POST(ctx) {
    const { data, status } = await inviteByForm(ctx);
    return page<TeamData>(data, { status });
  },
});

export default define.page<typeof handler>(({ data: { me, ...team } }) => (
  <>
    <Head>
      <title>Team · StreamFlow</title>
    </Head>
    <PageFrame nav={clientNav(me, "team")} icons={["clock", "x"]}>
      <TopBar title="Team" sub={me.company}>
        <SyncGlance me={me} />
      </TopBar>
      <TeamMain
        {...team}
        hrefMember={may(me, "member.update") ? "/client/team/" : undefined}
        hrefImport={may(me, "unsent.import") ? "/client/import" : undefined}
      />
    </PageFrame>
  </>
));
