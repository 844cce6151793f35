import type { Space } from "../model/spaces.ts";

/**
 * Every key of the store is built here and nowhere else; docs/keyspace.md is the table of them.
 * What belongs to an org is built by `tenantKeys(orgId)` alone, and starts with `["org", orgId]`.
 */
export type Key = readonly (string | number)[];

/**
 * Stands where an org's id stands, for what is audited and belongs to no tenant: a failed login of an address that nobody
 * has, a refused registration. It looks like no id, so that no session can ever name it.
 */
export const INSTANCE_LOG = "instance";

/** Prefix of everything that belongs to some org: to find which orgs there are. */
export const ORGS: Key = ["org"];

/** The person or the pool (nobody yet) that an index row files a record under. */
const holder = (assigneeId: string | null) => assigneeId ?? "-";

/** Keys of one org's data. There is no way to name another org through them. */
export function tenantKeys(orgId: string): TenantKeys {
  const org = (...parts: (string | number)[]): Key => ["org", orgId, ...parts];
  return {
    profile: () => org("profile"),
    template: () => org("template"),
    feature: (name: string) => org("features", name),
    features: () => org("features"),
    role: (space: string, role: string) => org("roles", space, role),
    member: (space: Space, userId: string) => org("members", space, userId),
    members: (space: Space) => org("members", space),

    lead: (id: string) => org("leads", id),
    leads: () => org("leads"),
    leadByUpdated: (updatedAt: string, id: string) =>
      org("leads_by_updated", updatedAt, id),
    leadsByUpdated: () => org("leads_by_updated"),
    leadByHolder: (assigneeId: string | null, updatedAt: string, id: string) =>
      org("leads_by_holder", holder(assigneeId), updatedAt, id),
    leadsByHolder: (assigneeId: string | null) =>
      org("leads_by_holder", holder(assigneeId)),

    order: (id: string) => org("work_orders", id),
    orderByDay: (day: string, time: string, id: string) =>
      org("work_orders_by_day", day, time, id),
    ordersByDay: () => org("work_orders_by_day"),
    orderByHolder: (
      assigneeId: string | null,
      day: string,
      time: string,
      id: string,
    ) => org("work_orders_by_holder", holder(assigneeId), day, time, id),
    ordersByHolder: (assigneeId: string | null) =>
      org("work_orders_by_holder", holder(assigneeId)),
    lastOrderNumber: () => org("last_order_number"),
    blob: (orderId: string, hash: string) => org("blobs", orderId, hash),
    blobsOf: (orderId: string) => org("blobs", orderId),
    blobChunk: (orderId: string, hash: string) =>
      org("blob_chunks", orderId, hash),
    blobBytes: () => org("blob_bytes"),

    timesheet: (userId: string, day: string) => org("timesheets", userId, day),
    timesheets: (userId: string) => org("timesheets", userId),
    timesheetByDay: (day: string, userId: string) =>
      org("timesheets_by_day", day, userId),
    timesheetsByDay: () => org("timesheets_by_day"),
    openShift: (userId: string) => org("open_shifts", userId),
    clockEvent: (id: string) => org("clock_events", id),

    history: (recordId: string, version: number) =>
      org("history", recordId, version),
    lateChange: (recordId: string, version: number, key: string) =>
      org("history", recordId, version, key),
    historyOf: (recordId: string) => org("history", recordId),
    formerHolder: (recordId: string, userId: string | null) =>
      org("former_holders", recordId, holder(userId)),

    deviceShare: (userId: string, vault: string) =>
      org("device_shares", userId, vault),
    deviceShares: (userId: string) => org("device_shares", userId),
    ledger: (deviceId: string) => org("ledgers", deviceId),
    ledgerKey: (deviceId: string, seq: number) =>
      org("ledger_keys", deviceId, seq),
    idempotency: (userId: string, key: string) => org("idem", userId, key),
    idempotencies: () => org("idem"),
    ledgerKeysOfAll: () => org("ledger_keys"),

    audit: (id: string) => org("audit", id),
    audits: () => org("audit"),
    auditCheckpoint: (size: number) => org("audit_checkpoints", size),
    auditCheckpoints: () => org("audit_checkpoints"),
    auditHead: () => org("audit_head"),
    changes: () => org("changes"),
  };
}

/** The keys of one org: a single one, or the prefix that a list reads. */
export interface TenantKeys {
  /** The org's profile. */
  profile: () => Key;
  /** The org's own copy of its industry template. */
  template: () => Key;
  /** One feature that is switched on. */
  feature: (name: string) => Key;
  /** Prefix of all features. */
  features: () => Key;
  /** One role that the org knows. */
  role: (space: string, role: string) => Key;
  /** A row of a space's team list. */
  member: (space: Space, userId: string) => Key;
  /** Prefix of a space's team list. */
  members: (space: Space) => Key;
  /** A lead. */
  lead: (id: string) => Key;
  /** Prefix of all leads, by id: in the order in which they were made. */
  leads: () => Key;
  /** A row of the leads list, by last change. */
  leadByUpdated: (updatedAt: string, id: string) => Key;
  /** Prefix of the leads list. */
  leadsByUpdated: () => Key;
  /** A row of one worker's leads, or of those that nobody has yet (null). */
  leadByHolder: (
    assigneeId: string | null,
    updatedAt: string,
    id: string,
  ) => Key;
  /** Prefix of one worker's leads; null: of those that nobody has yet. */
  leadsByHolder: (assigneeId: string | null) => Key;
  /** A work order. */
  order: (id: string) => Key;
  /** A row of the orders list, by planned day and time. */
  orderByDay: (day: string, time: string, id: string) => Key;
  /** Prefix of the orders list. */
  ordersByDay: () => Key;
  /** A row of one worker's orders, or of those that nobody has yet (null). */
  orderByHolder: (
    assigneeId: string | null,
    day: string,
    time: string,
    id: string,
  ) => Key;
  /** Prefix of one worker's orders; null: of those that nobody has yet. */
  ordersByHolder: (assigneeId: string | null) => Key;
  /** The highest order number given out. */
  lastOrderNumber: () => Key;
  /** What is known of one photo or signature of an order. */
  blob: (orderId: string, hash: string) => Key;
  /** Prefix of an order's photos and signatures. */
  blobsOf: (orderId: string) => Key;
  /** One chunk of a blob, by its own SHA-256. */
  blobChunk: (orderId: string, hash: string) => Key;
  /** How many bytes of blobs the org has announced. */
  blobBytes: () => Key;
  /** One worker's day. */
  timesheet: (userId: string, day: string) => Key;
  /** Prefix of one worker's days. */
  timesheets: (userId: string) => Key;
  /** A row of the hours list. */
  timesheetByDay: (day: string, userId: string) => Key;
  /** Prefix of the hours list. */
  timesheetsByDay: () => Key;
  /** The shift in which a worker's clock stands; absent when it is off. */
  openShift: (userId: string) => Key;
  /** Marks the id of a press as used. */
  clockEvent: (id: string) => Key;
  /** What made a record's version. */
  history: (recordId: string, version: number) => Key;
  /** What came too late for a record, beside the version that it found. */
  lateChange: (recordId: string, version: number, key: string) => Key;
  /** Prefix of one record's history. */
  historyOf: (recordId: string) => Key;
  /** Says that somebody had a record; null: that nobody had it. */
  formerHolder: (recordId: string, userId: string | null) => Key;
  /** What a person's database on one device is sealed with. */
  deviceShare: (userId: string, vault: string) => Key;
  /** Prefix of what all of a person's databases are sealed with. */
  deviceShares: (userId: string) => Key;
  /** Where the server stands with a device. */
  ledger: (deviceId: string) => Key;
  /** Key and result of one processed op. */
  ledgerKey: (deviceId: string, seq: number) => Key;
  /** What is remembered of a call. */
  idempotency: (userId: string, key: string) => Key;
  /** Prefix of the keys and results of all devices' ops. */
  ledgerKeysOfAll: () => Key;
  /** Prefix of what is remembered of calls. */
  idempotencies: () => Key;
  /** The audit record of one request. */
  audit: (id: string) => Key;
  /** Prefix of the audit records. */
  audits: () => Key;
  /** The sealer's signed checkpoint of the first `size` audit records. */
  auditCheckpoint: (size: number) => Key;
  /** Prefix of the checkpoints. */
  auditCheckpoints: () => Key;
  /** Where the sealer stands. */
  auditHead: () => Key;
  /** Prefix of the change feed; the transaction appends the commit's versionstamp. */
  changes: () => Key;
}

/** Keys of what belongs to no org. */
export const globalKeys = {
  epoch: (): Key => ["epoch"],
  user: (id: string): Key => ["users", id],
  userByEmail: (email: string): Key => ["users_by_email", email],
  tenant: (id: string): Key => ["tenants", id],
  tenants: (): Key => ["tenants"],
  tenantByCreated: (createdAt: string, id: string): Key => [
    "tenants_by_created",
    createdAt,
    id,
  ],
  tenantsByCreated: (): Key => ["tenants_by_created"],
  operator: (): Key => ["operator"],
  instanceSecret: (): Key => ["instance_secret"],
  registration: (
    externalCustomerId: string,
  ): Key => ["registration", externalCustomerId],
  membership: (userId: string, tenantId: string, space: string): Key => [
    "memberships",
    userId,
    tenantId,
    space,
  ],
  memberships: (userId: string): Key => ["memberships", userId],
  session: (idHash: string): Key => ["sessions", idHash],
  sessionByUser: (
    userId: string,
    idHash: string,
  ): Key => ["sessions_by_user", userId, idHash],
  sessions: (): Key => ["sessions"],
  sessionsOfAll: (): Key => ["sessions_by_user"],
  sessionsByUser: (userId: string): Key => ["sessions_by_user", userId],
  shutOut: (idHash: string): Key => ["shut_out", idHash],
  shutOutOfAll: (): Key => ["shut_out"],
  invite: (tokenHash: string): Key => ["invites", tokenHash],
  invites: (): Key => ["invites"],
  template: (
    industry: string,
    version: number,
  ): Key => ["templates", industry, version],
  templatesOf: (industry: string): Key => ["templates", industry],
  templates: (): Key => ["templates"],
  attempts: (kind: string, subject: string): Key => ["attempts", kind, subject],
  attemptsOfAll: (): Key => ["attempts"],
  job: (dueAt: number, id: string): Key => ["jobs", dueAt, id],
  jobs: (): Key => ["jobs"],
  /** Where a list of jobs that are due at a moment ends. */
  jobsAfter: (dueAt: number): Key => ["jobs", dueAt + 1],
  deadJob: (id: string): Key => ["dead_jobs", id],
  deadJobs: (): Key => ["dead_jobs"],
  auditDue: (orgId: string): Key => ["audit_due", orgId],
  auditsDue: (): Key => ["audit_due"],
  count: (day: string, name: string): Key => ["counts", day, name],
  counts: (day: string): Key => ["counts", day],
  countsOfAll: (): Key => ["counts"],
  sweep: (): Key => ["sweep"],
};
