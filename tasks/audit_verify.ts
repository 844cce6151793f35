import { parseArgs } from "node:util";
import { DatabaseSync } from "node:sqlite";
import { ConfigError, configFromEnvironment } from "../fresh.config.ts";
import {
  type AuditKey,
  auditKeyOf,
  type PublicAuditKey,
  publicAuditKey,
} from "../lib/audit/audit_key.ts";
import { verifyAudit } from "../lib/audit/verify_audit.ts";
import type { Witness } from "../lib/audit/verify_log.ts";
import { instanceKeyFrom } from "../lib/store/instance_key.ts";
import { globalKeys } from "../lib/store/keys.ts";
import { openStore, StoreUnavailable } from "../lib/store/open.ts";
import { everyOrg } from "../lib/store/orgs.ts";
import type { Store } from "../lib/store/store.ts";

const USAGE = `Checks the audit logs of the store that STREAMFLOW_KV names.

  deno task audit:verify [--org <id>] [--checkpoint <org>:<size>:<root>] [--key <public key>] [--copy]

--org         checks this org's log only; "instance" is the log of what belongs to no tenant
--checkpoint  one that was kept elsewhere, from a line of the server's log; more than once
--key         a public key that counts as well: the one from before STREAMFLOW_SECRET changed; more than once
--copy        checks a copy that is made now, while the server goes on`;

/** The call cannot be understood. */
class WrongUse extends Error {
  override name = "WrongUse";
}

interface Ask {
  orgs: string[];
  witnesses: Witness[];
  keys: PublicAuditKey[];
  copy: boolean;
}

function readAsk(args: string[]): Ask {
  const { values } = (() => {
    try {
      return parseArgs({
        args,
        options: {
          org: { type: "string", multiple: true, default: [] },
          checkpoint: { type: "string", multiple: true, default: [] },
          key: { type: "string", multiple: true, default: [] },
          copy: { type: "boolean", default: false },
        },
      });
    } catch (error) {
      throw new WrongUse(error instanceof Error ? error.message : "");
    }
  })();
  return {
    orgs: values.org,
    witnesses: values.checkpoint.map(readWitness),
    keys: values.key.map((x) => {
      const key = publicAuditKey(x);
      if (key === null) throw new WrongUse(`--key ${x} is no public key`);
      return key;
    }),
    copy: values.copy,
  };
}

function readWitness(text: string): Witness {
  const [, org, size, root] =
    /^([^:]+):([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!org || !size || !root) {
    throw new WrongUse(`--checkpoint ${text} is not <org>:<size>:<root>`);
  }
  return { org, size: Number(size), root };
}

/** The key that the instance signs with, without making one where there is none. */
async function instanceAuditKey(
  store: Store,
  secret: string | null,
): Promise<AuditKey | null> {
  const known = secret ?? await store.get<string>(globalKeys.instanceSecret());
  return known === null ? null : auditKeyOf(instanceKeyFrom(known));
}

/** @returns whether all logs are good */
async function verifyAll(
  store: Store,
  secret: string | null,
  ask: Ask,
): Promise<boolean> {
  const own = await instanceAuditKey(store, secret);
  const keys = [...(own ? [own.publicKey] : []), ...ask.keys];
  const orgs = new Set(ask.orgs);
  if (orgs.size === 0) {
    for await (const orgId of everyOrg(store)) orgs.add(orgId);
    for (const { org } of ask.witnesses) orgs.add(org);
  }
  let bad = 0;
  for (const org of orgs) {
    const { sealed, unsealed, fault } = await verifyAudit(
      store,
      keys,
      org,
      ask.witnesses,
    );
    if (fault) bad++;
    const counts = `${sealed} sealed, ${unsealed} not yet sealed`;
    console.log(
      fault
        ? `${org}: BAD (${fault.kind}): ${fault.message}`
        : `${org}: good: ${counts}`,
    );
  }
  const logs = orgs.size === 1 ? "1 log" : `${orgs.size} logs`;
  console.log(
    bad === 0 ? `${logs}, all good.` : `${logs}, ${bad} of them BAD.`,
  );
  if (own) {
    console.log(
      `Public key: ${own.publicKey.x}. Keep it, and lines of the server's log that say "audit-checkpoint", outside this machine.`,
    );
  }
  return bad === 0;
}

/**
 * Copies an embedded store as of this moment, also while the server writes.
 *
 * @returns the copy's folder, to be removed by the caller
 */
async function copyStore(location: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-audit-" });
  const file = new DatabaseSync(location, { readOnly: true, timeout: 10_000 });
  try {
    file.prepare("VACUUM INTO ?").run(`${folder}/copy.sqlite3`);
  } finally {
    file.close();
  }
  return folder;
}

async function isFile(location: string): Promise<boolean> {
  try {
    return (await Deno.stat(location)).isFile;
  } catch {
    return false;
  }
}

async function run(args: string[]): Promise<boolean> {
  const ask = readAsk(args);
  const { kv, secret } = configFromEnvironment();
  const isRemote = /^https?:/.test(kv);
  if (!isRemote && !await isFile(kv)) {
    throw new StoreUnavailable(`There is no store at ${kv}.`);
  }
  const folder = ask.copy && !isRemote ? await copyStore(kv) : null;
  try {
    const { store, close } = await openStore(
      folder === null ? kv : `${folder}/copy.sqlite3`,
    ).catch((error) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      throw new StoreUnavailable(
        `${error.message}\nOr check a copy, while it goes on: deno task audit:verify --copy`,
      );
    });
    try {
      return await verifyAll(store, secret, ask);
    } finally {
      close();
    }
  } finally {
    if (folder !== null) await Deno.remove(folder, { recursive: true });
  }
}

try {
  if (!await run(Deno.args)) Deno.exit(1);
} catch (error) {
  const isKnown = [ConfigError, StoreUnavailable, WrongUse].some((kind) =>
    error instanceof kind
  );
  if (!isKnown) throw error;
  const { message } = error as Error;
  console.error(`The audit logs were not checked.\n${message}`);
  if (error instanceof WrongUse) console.error(`\n${USAGE}`);
  Deno.exit(2);
}
