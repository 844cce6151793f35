import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { MemberMain } from "../../../components/MemberMain.tsx";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { TopBar } from "../../../components/TopBar.tsx";
import SyncGlance from "../../../islands/SyncGlance.tsx";
import {
  changeMemberByForm,
  type MemberData,
  readMember,
} from "../../../lib/http/team_call.ts";
import { define } from "../../../lib/http/state.ts";

/** One member: another role, a new link, the end of the membership. */
export const handler = define.handlers({
  GET: async (ctx) => page<MemberData>(await readMember(ctx)),

  async POST(ctx) {
    const answer = await changeMemberByForm(ctx, ctx.url.pathname);
    if (answer instanceof Response) return answer;
    return page<MemberData>(answer.data, { status: answer.status });
  },
});

export default define.page<typeof handler>(({ data: { me, ...member } }) => (
  <>
    <Head>
      <title>{`${member.name} · StreamFlow`}</title>
    </Head>
    <PageFrame
      nav={clientNav(me, "team")}
      icons={["clock", "x", "lock"]}
    >
      <TopBar
        title={member.name}
        sub={me.company}
        back={{ href: "/client/team", label: "Team" }}
      >
        <SyncGlance me={me} />
      </TopBar>
      <MemberMain {...member} self={member.userId === me.id} />
    </PageFrame>
  </>
));
