import { page } from "fresh";
import { Head } from "fresh/runtime";
import { ErrorSummary, firstError } from "../components/ErrorSummary.tsx";
import { Field } from "../components/Field.tsx";
import { Gate } from "../components/Gate.tsx";
import { countAttempt, SIGNUP_PER_ADDRESS } from "../lib/access/attempts.ts";
import { checkPassword, MIN_PASSWORD } from "../lib/access/person.ts";
import { logIn } from "../lib/access/log_in.ts";
import { auditOf } from "../lib/http/call.ts";
import { addressOf } from "../lib/http/address.ts";
import { deviceOf, logPersonIn } from "../lib/http/log_person_in.ts";
import { messagesOf, throwProblem } from "../lib/http/page_problem.ts";
import { formText, readForm } from "../lib/http/read_body.ts";
import { define, type Deps } from "../lib/http/state.ts";
import { normalEmail } from "../lib/model/person.ts";
import { fail, type FieldError } from "../lib/model/problem.ts";
import { newSecret } from "../lib/access/secret.ts";
import {
  checkTenant,
  createTenant,
  type NewTenant,
} from "../lib/tenancy/create_tenant.ts";
import { listTrades, type Trade } from "../lib/tenancy/list_trades.ts";

interface Data {
  /** Names this registration: the form sent twice makes one company. */
  registration: string;
  values: Record<
    "company" | "industry" | "timeZone" | "name" | "email",
    string
  >;
  errors: Record<string, string>;
  /** What can be chosen; the first one is proposed. */
  trades: Trade[];
}

const blank: Data["values"] = {
  company: "",
  industry: "",
  timeZone: "Europe/Berlin",
  name: "",
  email: "",
};

/** The form's fields in their order. */
const LABELS = {
  company: "Name of the company",
  industry: "Trade",
  timeZone: "Time zone",
  name: "Your name",
  email: "Email",
  password: "Password",
};

/** Time zones that can be chosen; the browser's own cannot be known without a script. */
const TIME_ZONES = Intl.supportedValuesOf("timeZone").map((zone) => ({
  value: zone,
  label: zone.replaceAll("_", " "),
}));

/** The trades of the store; one that cannot be used is left out, and the log says why. */
const tradesOf = ({ store, log, now }: Deps) =>
  listTrades(
    store,
    (error) =>
      log({
        time: new Date(now()).toISOString(),
        level: "error",
        name: error.name,
        message: error.message,
      }),
  );

/** Errors by the names of the form's own fields. */
const onForm = (errors: readonly FieldError[]) =>
  errors.map(({ field, message }) => ({
    field: field.replace(/^owner\./, ""),
    message,
  }));

/** A company signs up: one form, one commit, and its owner is logged in. */
export const handler = define.handlers({
  async GET(ctx) {
    return page<Data>({
      registration: newSecret(),
      values: blank,
      errors: {},
      trades: await tradesOf(ctx.state.deps),
    });
  },

  async POST(ctx) {
    const { deps } = ctx.state;
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const text = (name: string) =>
      formText(form.value, name).slice(0, 1000).trim();
    const values = {
      company: text("company"),
      industry: text("industry"),
      timeZone: text("timeZone"),
      name: text("name"),
      email: normalEmail(text("email")),
    };
    const password = formText(form.value, "password").slice(0, 1000);
    const registration = text("registration");
    const again = async (errors: FieldError[], status: number) =>
      page<Data>({
        registration: newSecret(),
        values,
        errors: messagesOf(onForm(errors)),
        trades: await tradesOf(deps),
      }, { status });
    const asked: NewTenant = {
      plan: "starter",
      externalCustomerId: `signup:${registration}`,
      company: values.company,
      industry: values.industry,
      timeZone: values.timeZone,
      owner: { name: values.name, email: values.email, passwordHash: null },
    };

    const errors = (await checkTenant(deps.store, asked))
      .filter(({ field }) => field !== "externalCustomerId");
    const weak = checkPassword(password);
    if (weak) errors.push({ field: "password", message: weak });
    if (!/^[\w-]{16,100}$/.test(registration)) {
      errors.push({
        field: "company",
        message: "The form was too old. Send it once more.",
      });
    }
    if (errors.length > 0) return await again(errors, 400);
    const wait = await countAttempt(
      deps.store,
      SIGNUP_PER_ADDRESS,
      addressOf(ctx),
      deps.now(),
    );
    if (wait !== null) {
      throwProblem(fail("rate-limited", { retryAfter: wait }).problem);
    }
    const tenant = await createTenant(deps, {
      ...asked,
      owner: {
        name: values.name,
        email: values.email,
        passwordHash: await deps.passwords.hash(password),
      },
    }, auditOf(ctx, null));
    if (!tenant.ok) {
      if (tenant.problem.errors) {
        return await again(tenant.problem.errors, tenant.problem.status);
      }
      throwProblem(tenant.problem);
    }
    deps.kick();
    const session = await logIn(deps, {
      email: values.email,
      password,
      address: addressOf(ctx),
      device: deviceOf(ctx),
    }, null);
    return session.ok
      ? logPersonIn(ctx, session.value)
      : ctx.redirect("/login", 303);
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { values, errors } = data;
  const focus = firstError({ errors, labels: LABELS });
  return (
    <>
      <Head>
        <title>Set up your company · StreamFlow</title>
      </Head>
      <Gate
        title="Set up your company"
        lead="It takes a minute. Your place is ready the moment you send this."
        text="Forms, checklists and kinds of work come ready for your trade."
        points={[
          {
            icon: "offline",
            text: "Works in basements: nothing saved is ever lost",
          },
          {
            icon: "shield",
            text: "Your data stays yours: no other company can reach it",
          },
          { icon: "team", text: "Invite your people with one link each" },
        ]}
        wide
      >
        <form class="stack" method="post">
          <input type="hidden" name="registration" value={data.registration} />
          <ErrorSummary errors={errors} labels={LABELS} />
          <fieldset class="card stack">
            <legend class="vh">Company</legend>
            <h2>Company</h2>
            <Field
              name="company"
              label={LABELS.company}
              value={values.company}
              error={errors.company}
              autofocus={focus === "company"}
              autocomplete="organization"
              maxLength={120}
              required
            />
            <Field
              kind="select"
              name="industry"
              label={LABELS.industry}
              value={values.industry || data.trades[0]?.industry || ""}
              error={errors.industry}
              autofocus={focus === "industry"}
              options={data.trades.map(({ industry, title }) => ({
                value: industry,
                label: title,
              }))}
              hint="Forms and checklists come from it. You can change them later."
              required
            />
            <Field
              kind="select"
              name="timeZone"
              label={LABELS.timeZone}
              value={values.timeZone}
              error={errors.timeZone}
              autofocus={focus === "timeZone"}
              options={TIME_ZONES}
              hint="Working days begin and end by it."
              required
            />
          </fieldset>
          <fieldset class="card stack">
            <legend class="vh">You</legend>
            <h2>You</h2>
            <Field
              name="name"
              label={LABELS.name}
              value={values.name}
              error={errors.name}
              autofocus={focus === "name"}
              autocomplete="name"
              maxLength={100}
              required
            />
            <Field
              kind="email"
              name="email"
              label={LABELS.email}
              value={values.email}
              error={errors.email}
              autofocus={focus === "email"}
              autocomplete="username"
              required
            />
            <Field
              kind="password"
              name="password"
              label={LABELS.password}
              error={errors.password}
              autofocus={focus === "password"}
              hint={errors.password
                ? undefined
                : `${MIN_PASSWORD} characters or more. A few words are good.`}
              autocomplete="new-password"
              minLength={MIN_PASSWORD}
              required
            />
          </fieldset>
          <button class="btn btn-main btn-big btn-block" type="submit">
            Create the company
          </button>
        </form>
        <p>
          Already with us? <a href="/login">Log in</a>
        </p>
      </Gate>
    </>
  );
});
