/** Every row of a store, read past the product. */
export interface WholeStore {
  rows: Deno.KvEntry<unknown>[];
  /** The rows of a family, with the key's parts after the family's name. */
  global<T>(family: string): [parts: Deno.KvKeyPart[], value: T][];
  /** The same for what belongs to an org. */
  ofOrg<T>(org: string, family: string): [parts: Deno.KvKeyPart[], value: T][];
  orgs: string[];
}

/** Reads all of a store. */
export async function readWholeStore(kv: Deno.Kv): Promise<WholeStore> {
  const rows: Deno.KvEntry<unknown>[] = [];
  for await (const row of kv.list({ prefix: [] })) rows.push(row);
  const under = <T>(...prefix: string[]) =>
    rows.filter(({ key }) => prefix.every((part, i) => key[i] === part))
      .map((
        { key, value },
      ): [Deno.KvKeyPart[], T] => [key.slice(prefix.length), value as T]);
  return {
    rows,
    global: (family) => under(family),
    ofOrg: (org, family) => under("org", org, family),
    orgs: [...new Set(under("org").map(([parts]) => String(parts[0])))],
  };
}

interface Held {
  id: string;
  version: number;
  updatedAt: string;
  assigneeId: string | null;
}
interface Planned extends Held {
  day: string;
  time: string;
}
interface Person {
  userId: string;
  roles: string[];
  status: string;
}

const text = (...parts: unknown[]) => parts.map(String).join(" / ");

/** What one list has and the other has not. */
function differences(
  what: string,
  have: Iterable<string>,
  should: Iterable<string>,
): string[] {
  const [are, must] = [new Set(have), new Set(should)];
  return [
    ...[...are].filter((one) => !must.has(one)).map((one) =>
      `${what}: ${one} is too much`
    ),
    ...[...must].filter((one) => !are.has(one)).map((one) =>
      `${what}: ${one} is missing`
    ),
  ];
}

const keysOf = (rows: [Deno.KvKeyPart[], unknown][]) =>
  rows.map(([parts]) => text(...parts));

function indexFaults(store: WholeStore, org: string): string[] {
  const leads = store.ofOrg<Held>(org, "leads").map(([, lead]) => lead);
  const orders = store.ofOrg<Planned>(org, "work_orders")
    .map(([, order]) => order);
  const sheets = store.ofOrg<{ userId: string; day: string; version: number }>(
    org,
    "timesheets",
  ).map(([, sheet]) => sheet);
  const rows = (family: string) => keysOf(store.ofOrg(org, family));
  return [
    ...differences(
      "leads by updated",
      rows("leads_by_updated"),
      leads.map((one) => text(one.updatedAt, one.id)),
    ),
    ...differences(
      "leads by holder",
      rows("leads_by_holder"),
      leads.map((one) => text(one.assigneeId ?? "-", one.updatedAt, one.id)),
    ),
    ...differences(
      "orders by day",
      rows("work_orders_by_day"),
      orders.map((one) => text(one.day, one.time, one.id)),
    ),
    ...differences(
      "orders by holder",
      rows("work_orders_by_holder"),
      orders.map((one) =>
        text(one.assigneeId ?? "-", one.day, one.time, one.id)
      ),
    ),
    ...differences(
      "timesheets by day",
      rows("timesheets_by_day"),
      sheets.map((one) => text(one.day, one.userId)),
    ),
    ...differences(
      "history",
      rows("history"),
      [...leads, ...orders].flatMap(({ id, version }) =>
        Array.from({ length: version }, (_, i) => text(id, i + 1))
      ),
    ),
  ];
}

function clockFaults(store: WholeStore, org: string): string[] {
  const events = store.ofOrg<{ events: { id: string }[] }>(org, "timesheets")
    .flatMap(([, sheet]) => sheet.events.map(({ id }) => id));
  return [
    ...differences(
      "clock events",
      keysOf(store.ofOrg(org, "clock_events")),
      events,
    ),
    ...events.length === new Set(events).size
      ? []
      : ["clock events: one stands twice in the timesheets"],
  ];
}

function ledgerFaults(store: WholeStore, org: string): string[] {
  const ledgers = store.ofOrg<{ userId: string; lastSeq: number }>(
    org,
    "ledgers",
  );
  const should = ledgers.flatMap(([[device], { lastSeq }]) =>
    Array.from({ length: lastSeq }, (_, i) => text(device, i + 1))
  );
  const answered = store.ofOrg<{ key: string; status: number }>(
    org,
    "ledger_keys",
  );
  const owner = new Map(ledgers.map(([[device], row]) => [device, row.userId]));
  const remembered = new Set(keysOf(store.ofOrg(org, "idem")));
  return [
    ...differences("ledger keys", keysOf(answered), should),
    // Direct calls have rows there too, so that only what is missing is told.
    ...answered.filter(([, { status }]) => status < 300)
      .map(([[device = ""], { key }]) => text(owner.get(device), key))
      .filter((key) => !remembered.has(key))
      .map((key) => `idempotency: ${key} is missing`),
  ];
}

/** Every record that changed is announced to whoever follows the feed, and nothing else is. */
function feedFaults(store: WholeStore, org: string): string[] {
  const told = store.ofOrg<{ ids: { type: string; id: string }[] }>(
    org,
    "changes",
  ).flatMap(([, row]) => JSON.stringify(row));
  const ids = ["leads", "work_orders", "audit"].flatMap((family) =>
    store.ofOrg<{ id: string }>(org, family).map(([, { id }]) => id)
  );
  return ids.filter((id) => !told.some((row) => row.includes(id)))
    .map((id) => `changes: nothing tells of ${id}`);
}

function peopleFaults(store: WholeStore): string[] {
  const users = store.global<{ id: string; email: string }>("users")
    .map(([, user]) => user);
  const tenants = store.global<
    { id: string; orgId: string; createdAt: string }
  >("tenants").map(([, tenant]) => tenant);
  const memberships = store.global<Person & { orgId: string; invite?: string }>(
    "memberships",
  );
  const sessions = store.global<{ userId: string }>("sessions");
  const person = ({ userId, roles, status }: Person) =>
    text(userId, roles, status);
  return [
    ...differences(
      "users by email",
      store.global("users_by_email").map(([parts, id]) => text(...parts, id)),
      users.map((user) => text(user.email, user.id)),
    ),
    ...differences(
      "tenants by created",
      keysOf(store.global("tenants_by_created")),
      tenants.map((tenant) => text(tenant.createdAt, tenant.id)),
    ),
    ...differences(
      "profiles",
      store.orgs.filter((org) => store.ofOrg(org, "profile").length === 1),
      tenants.map((tenant) => tenant.orgId),
    ),
    ...differences(
      "registrations",
      store.global<{ tenantId: string }>("registration")
        .map(([, row]) => row.tenantId),
      tenants.map((tenant) => tenant.id),
    ),
    ...differences(
      "members",
      store.orgs.flatMap((org) =>
        store.ofOrg<Person>(org, "members").map(([[space], row]) =>
          text(org, space, person(row))
        )
      ),
      memberships.map(([[, , space], row]) =>
        text(row.orgId, space, person(row))
      ),
    ),
    ...differences(
      "people with a membership",
      memberships.map(([[user]]) => String(user)),
      users.map((user) => user.id),
    ),
    ...differences(
      "invitations",
      keysOf(store.global("invites")),
      memberships.flatMap(([, { invite }]) => invite ? [invite] : []),
    ),
    ...differences(
      "sessions by user",
      keysOf(store.global("sessions_by_user")),
      sessions.map(([[hash], { userId }]) => text(userId, hash)),
    ),
  ];
}

/**
 * Everything in a store that is half there: a record without its index rows, an index row without its record, a membership
 * without its person, a ledger that does not match its keys.
 *
 * @returns in words; empty where all is whole
 */
export function faultsOf(store: WholeStore): string[] {
  return [
    ...peopleFaults(store),
    ...store.orgs.flatMap((org) =>
      [indexFaults, clockFaults, ledgerFaults, feedFaults].flatMap((faults) =>
        faults(store, org).map((fault) => `${org}: ${fault}`)
      )
    ),
  ];
}
