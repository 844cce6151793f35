import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { ErrorSummary } from "../../components/ErrorSummary.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Field } from "../../components/Field.tsx";
import { Gate } from "../../components/Gate.tsx";
import { roleWords, spaceWord } from "../../components/role_words.ts";
import {
  acceptInvite,
  type OpenInvite,
  readInvite,
} from "../../lib/access/accept_invite.ts";
import { MIN_PASSWORD } from "../../lib/access/person.ts";
import { countAttempt, LOGIN_PER_ADDRESS } from "../../lib/access/attempts.ts";
import { auditOf } from "../../lib/http/call.ts";
import { addressOf } from "../../lib/http/address.ts";
import { deviceOf, logPersonIn } from "../../lib/http/log_person_in.ts";
import { messagesOf, throwProblem } from "../../lib/http/page_problem.ts";
import { formText, readForm } from "../../lib/http/read_body.ts";
import { define } from "../../lib/http/state.ts";
import { fail } from "../../lib/model/problem.ts";

interface Data {
  invite: OpenInvite | null;
  errors: Record<string, string>;
}

/** A one-time invitation. Looking at it does not use it up. */
export const handler = define.handlers({
  async GET(ctx) {
    const { store, now } = ctx.state.deps;
    const invite = await readInvite(store, ctx.params.token ?? "", now());
    return page<Data>({ invite, errors: {} }, { status: invite ? 200 : 404 });
  },

  async POST(ctx) {
    const { deps } = ctx.state;
    const secret = ctx.params.token ?? "";
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const wait = await countAttempt(
      deps.store,
      LOGIN_PER_ADDRESS,
      addressOf(ctx),
      deps.now(),
    );
    if (wait !== null) {
      throwProblem(fail("rate-limited", { retryAfter: wait }).problem);
    }
    const password = formText(form.value, "password").slice(0, 1000);
    const outcome = await acceptInvite(
      deps,
      { secret, password, device: deviceOf(ctx) },
      auditOf(ctx, null),
    );
    if (outcome.ok) return logPersonIn(ctx, outcome.value);
    const { status, errors } = outcome.problem;
    if (status >= 500) throw new HttpError(status);
    const invite = await readInvite(deps.store, secret, deps.now());
    return page<Data>({ invite, errors: messagesOf(errors) }, { status });
  },
});

export default define.page<typeof handler>(({ data: { invite, errors } }) =>
  invite === null
    ? (
      <>
        <Head>
          <title>Invitation · StreamFlow</title>
        </Head>
        <Gate
          title="This link does not work any more"
          lead="It was used already, or it is older than a week. Ask in the office for a new one."
        >
          <a class="btn btn-main btn-block" href="/login">Log in</a>
        </Gate>
      </>
    )
    : (
      <>
        <Head>
          <title>{`Join ${invite.company} · StreamFlow`}</title>
        </Head>
        <Gate
          title={`Welcome, ${invite.name}`}
          lead={`${invite.company} invites you. Your login is ${invite.email}.`}
        >
          <Facts
            items={invite.into.map(({ space, roles }) => [
              spaceWord(space),
              roleWords(roles),
            ])}
          />
          <form class="stack" method="post">
            <ErrorSummary errors={errors} labels={{ password: "Password" }} />
            <input
              type="email"
              name="email"
              value={invite.email}
              autocomplete="username"
              hidden
              readonly
            />
            <Field
              kind="password"
              name="password"
              label={invite.hasPassword ? "Your password" : "Choose a password"}
              error={errors.password}
              autofocus={errors.password !== undefined}
              hint={errors.password
                ? undefined
                : invite.hasPassword
                ? "You have an account already: its password, please."
                : `${MIN_PASSWORD} characters or more. A few words are good.`}
              autocomplete={invite.hasPassword
                ? "current-password"
                : "new-password"}
              required
            />
            <button class="btn btn-main btn-big btn-block" type="submit">
              {invite.hasPassword ? "Join" : "Set the password and start"}
            </button>
          </form>
        </Gate>
      </>
    )
);
