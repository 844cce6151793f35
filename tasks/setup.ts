import { parseArgs } from "node:util";
import {
  type Config,
  ConfigError,
  configFromEnvironment,
} from "../fresh.config.ts";
import { makeId } from "../lib/model/ids.ts";
import type { Problem } from "../lib/model/problem.ts";
import type { AuditRow } from "../lib/store/audit.ts";
import {
  type InstanceKey,
  openInstanceKey,
} from "../lib/store/instance_key.ts";
import { TTL } from "../lib/store/limits.ts";
import { openStore, StoreUnavailable } from "../lib/store/open.ts";
import type { Store } from "../lib/store/store.ts";
import {
  createOperator,
  renewOperatorLink,
} from "../lib/tenancy/create_operator.ts";
import { InvalidTemplate } from "../lib/tenancy/newest_template.ts";
import { seedTemplates } from "../lib/tenancy/seed_templates.ts";

const USAGE =
  `Use: deno task setup [--email you@example.com] [--name "Your name"] [--company "Your company"]
     [--time-zone Europe/Berlin] [--new-link]`;

/** The setup was called in a way that it cannot do anything with; the message says how to mend it. */
class SetupError extends Error {
  override name = "SetupError";
}

interface Wishes {
  email: string;
  name: string;
  company: string;
  timeZone: string;
  newLink: boolean;
}

function wishesOf(args: string[]): Wishes {
  try {
    const { values } = parseArgs({
      args,
      options: {
        email: { type: "string", default: "operator@streamflow.example" },
        name: { type: "string", default: "Operator" },
        company: { type: "string", default: "StreamFlow" },
        "time-zone": {
          type: "string",
          default: Intl.DateTimeFormat().resolvedOptions().timeZone,
        },
        "new-link": { type: "boolean", default: false },
      },
    });
    const { email, name, company } = values;
    const [timeZone, newLink] = [values["time-zone"], values["new-link"]];
    return { email, name, company, timeZone, newLink };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SetupError(`${error.message}\n${USAGE}`);
  }
}

function setupAudit(now: number): AuditRow {
  const id = makeId("aud", now, crypto.getRandomValues(new Uint8Array(10)));
  return {
    id,
    at: new Date(now).toISOString(),
    requestId: id.slice(4),
    actor: null,
    space: null,
    route: "deno task setup",
    entries: [],
    count: 0,
    closed: true,
  };
}

const FLAGS: Record<string, string> = {
  "owner.email": "--email",
  "owner.name": "--name",
  company: "--company",
  timeZone: "--time-zone",
};

const wordsOf = ({ code, errors }: Problem) =>
  errors?.map(({ field, message }) => `${FLAGS[field] ?? field}: ${message}`)
    .join("\n") ?? code;

const baseOf = ({ publicUrl, host, port }: Config) =>
  publicUrl ?? `http://${host}:${port}`;

/** Makes the operator, or finds it; says what is to be done next, with the link where there is a new one. */
async function operatorWords(
  deps: { store: Store; instanceKey: InstanceKey; now: () => number },
  base: string,
  wishes: Wishes,
): Promise<string> {
  const audit = setupAudit(deps.now());
  const { email, name, company, timeZone } = wishes;
  const made = await createOperator(deps, {
    company,
    timeZone,
    owner: { name, email },
  }, audit);
  if (!made.ok) throw new SetupError(wordsOf(made.problem));
  const { created, waiting } = made.value;
  let { secret } = made.value;
  if (wishes.newLink && !created) {
    const renewed = await renewOperatorLink(deps, audit);
    if (!renewed.ok && renewed.problem.code !== "conflict") {
      throw new SetupError(wordsOf(renewed.problem));
    }
    secret = renewed.ok ? renewed.value.secret : null;
    if (secret === null) {
      return `The operator's first person has used their link already, so there is no new one. Log in at ${base}/login;
others are invited on the team page.
`;
    }
  }
  if (secret === null) {
    return waiting
      ? `The operator's tenant stands already; its first link is not used yet. It was shown when it was made:
run "deno task setup --new-link" for another one, which ends the first.
`
      : `The operator's tenant stands already, and somebody is in it: ${base}/login.
`;
  }
  const days = TTL.invite / 86400_000;
  return `${
    created
      ? "The operator's tenant is made."
      : "The link before this one ended."
  } This link makes its first person provider and developer of this
instance. It is shown once, works once, and for ${days} days:

  ${new URL(`/invite/${secret}`, base).href}
${created ? `\nAfter that they log in as ${email}.\n` : ""}`;
}

/** Prepares an instance: checks the configuration, makes the store, its templates and the operator's own tenant. */
async function setUp(): Promise<void> {
  const wishes = wishesOf(Deno.args);
  const config = configFromEnvironment();
  const { store, close } = await openStore(config.kv);
  try {
    const templates = await seedTemplates(store);
    const base = baseOf(config);
    const instanceKey = await openInstanceKey(store, config.secret);
    const deps = { store, instanceKey, now: Date.now };
    const operator = await operatorWords(deps, base, wishes);
    console.log(`The store is ready: ${config.kv} (epoch ${store.epoch}).
Templates: ${
      templates.map(({ industry, version }) => `${industry} ${version}`).join(
        ", ",
      )
    }.

${operator}
Next: deno task build, then deno task start. Companies sign up at ${base}/signup.`);
  } finally {
    close();
  }
}

const EXPECTED = [ConfigError, StoreUnavailable, SetupError, InvalidTemplate];

try {
  await setUp();
} catch (error) {
  if (
    !(error instanceof Error) ||
    !EXPECTED.some((kind) => error instanceof kind)
  ) throw error;
  console.error(`StreamFlow cannot be set up.\n${error.message}`);
  Deno.exit(1);
}
