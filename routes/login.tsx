import { page } from "fresh";
import { Head } from "fresh/runtime";
import { logIn } from "../lib/access/log_in.ts";
import { Banner } from "../components/Banner.tsx";
import { Field } from "../components/Field.tsx";
import { Gate } from "../components/Gate.tsx";
import { addressOf } from "../lib/http/address.ts";
import { loginHeaders, tellScope } from "../lib/http/field_scope.ts";
import { deviceOf, logPersonIn, nextPath } from "../lib/http/log_person_in.ts";
import { waitWords } from "../components/wait_words.ts";
import { auditOf } from "../lib/http/call.ts";
import { formText, readForm } from "../lib/http/read_body.ts";
import { throwProblem } from "../lib/http/page_problem.ts";
import { define } from "../lib/http/state.ts";
import { dashboardPath } from "../lib/model/spaces.ts";

interface Data {
  email: string;
  next: string;
  problem: "wrong" | "wait" | "nowhere" | null;
  /** Why somebody with the right password has no place to work now. */
  detail: string;
  /** Seconds to wait. */
  retryAfter: number;
}

/** One login for all tenants and spaces. */
export const handler = define.handlers({
  async GET(ctx) {
    const { session } = ctx.state;
    const next = nextPath(
      ctx.url.searchParams.get("next"),
      session?.me.space,
    ) ?? "";
    if (session) return ctx.redirect(next || dashboardPath(session.me), 303);
    return page<Data>({
      email: "",
      next,
      problem: null,
      detail: "",
      retryAfter: 0,
    }, { headers: await loginHeaders(ctx) });
  },

  async POST(ctx) {
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const email = formText(form.value, "email");
    const next = formText(form.value, "next");
    const password = formText(form.value, "password").slice(0, 1000);
    const outcome = await logIn(ctx.state.deps, {
      email,
      password,
      address: addressOf(ctx),
      device: deviceOf(ctx),
    }, auditOf(ctx, null));
    if (outcome.ok) return logPersonIn(ctx, outcome.value, next);
    const { status, code, detail = "", retryAfter = 0 } = outcome.problem;
    ctx.state.code = code;
    const headers = new Headers();
    if (retryAfter > 0) headers.set("retry-after", String(retryAfter));
    if (outcome.inNoTeam) tellScope(headers, null);
    return page<Data>({
      email,
      next: nextPath(next) ?? "",
      problem: code === "rate-limited"
        ? "wait"
        : code === "forbidden"
        ? "nowhere"
        : "wrong",
      detail,
      retryAfter,
    }, { status, headers });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>Log in · StreamFlow</title>
    </Head>
    <Gate
      title="Log in"
      text="Clock in, take leads and finish orders anywhere. The office has each change exactly once."
      icons={["warn", "clock"]}
    >
      <form class="stack" method="post">
        {data.problem === "wrong" && (
          <Banner tone="bad" icon="warn" title="That did not work." alert>
            Check the address and the password, then try again.
          </Banner>
        )}
        {data.problem === "nowhere" && (
          <Banner tone="bad" icon="warn" title="There is no way in now." alert>
            {data.detail}
          </Banner>
        )}
        {data.problem === "wait" && (
          <Banner tone="wait" icon="clock" title="Too many tries." alert>
            {waitWords(data.retryAfter)}
          </Banner>
        )}
        <input type="hidden" name="next" value={data.next} />
        <Field
          kind="email"
          name="email"
          label="Email"
          value={data.email}
          autofocus={data.problem !== null && data.email === ""}
          autocomplete="username"
          required
        />
        <Field
          kind="password"
          name="password"
          label="Password"
          autofocus={data.problem !== null && data.email !== ""}
          autocomplete="current-password"
          required
        />
        <button class="btn btn-main btn-big btn-block" type="submit">
          Log in
        </button>
      </form>
      <p>
        New here? <a href="/signup">Set up your company</a>
      </p>
    </Gate>
  </>
));
