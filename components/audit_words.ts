/** One thing that a request did or was refused, as an audit record keeps it. */
export interface AuditedThing {
  action: string;
  recordId?: string;
  status: number;
}

/** Things of one record that are the same in words. */
export interface AuditedWords {
  /** "made a lead". */
  words: string;
  /** How often. */
  times: number;
  refused: boolean;
  /** The records that it was about, as far as they are known. */
  recordIds: string[];
}

/** Calls of field work, direct or from a phone's queue. */
const CALLS: [call: RegExp, words: string][] = [
  [/^POST \/api\/client\/leads$/, "made a lead"],
  [/^PATCH \/api\/client\/leads\/[^/]+$/, "changed a lead"],
  [/^POST \/api\/client\/work-orders$/, "planned an order"],
  [/^PATCH \/api\/client\/work-orders\/[^/]+$/, "changed an order"],
  [
    /^POST \/api\/client\/work-orders\/[^/]+\/transitions$/,
    "moved an order on",
  ],
  [/^POST \/api\/client\/clock-events$/, "pressed the clock"],
  [/^POST \/api\/client\/noop$/, "took a change back before it was sent"],
];

const NAMED: Record<string, string> = {
  "tenant.create": "opened the account",
  "tenant.invite": "invited a tenant's owner",
  "tenant.suspend": "suspended a tenant",
  "tenant.resume": "let a tenant go on",
  "member.invite": "invited somebody",
  "member.accept": "accepted the invitation",
  "member.update": "changed somebody's role",
  "member.end": "ended a membership",
  "session.switch": "went over to another membership",
  "session.end": "ended a session",
  "session.end-others": "ended all other sessions",
  "login": "logged in",
  "logout": "logged out",
  "blob.announce": "began to send a photo or a signature",
  "blob.complete": "sent a photo or a signature",
  "device.share": "began to work on a device",
  "outbox.retry": "had a job tried again",
};

/** What was refused by itself, whatever its status: a page of another space redirects. */
const DENIED: Record<string, string> = {
  "login.failed": "tried to log in",
  "wrong-space": "tried a page of another space",
  "wrong-origin": "sent something from another site",
  "forbidden": "tried what the role does not allow",
  "scope-mismatch": "sent changes that are somebody else's",
};

function wordsOf(action: string): string {
  return CALLS.find(([call]) => call.test(action))?.[1] ?? NAMED[action] ??
    DENIED[action] ?? action;
}

/** The record's id: said by the entry, or part of the call that it names. */
function recordOf({ action, recordId }: AuditedThing): string[] {
  const id = recordId ?? /\/((?:lead|wo)_[0-9A-Z]{26})\b/.exec(action)?.[1];
  return id === undefined ? [] : [id];
}

/** What a request did, in plain words: the same things once, with how often, in the order in which they happened. */
export function auditWords(entries: readonly AuditedThing[]): AuditedWords[] {
  const said = new Map<string, AuditedWords>();
  for (const entry of entries) {
    const words = wordsOf(entry.action);
    const refused = entry.status >= 400 || Object.hasOwn(DENIED, entry.action);
    const key = `${refused} ${words}`;
    const before = said.get(key);
    said.set(key, {
      words,
      refused,
      times: (before?.times ?? 0) + 1,
      recordIds: [...before?.recordIds ?? [], ...recordOf(entry)],
    });
  }
  return [...said.values()];
}
