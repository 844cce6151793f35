import { hasWords, type Lead, type LeadRow, leadRow } from "../model/lead.ts";
import { searchWords } from "../model/lead.ts";
import { may, reachOf } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import { readPage } from "../store/page.ts";
import { readSettings } from "../store/settings.ts";
import type { TenantStore } from "../store/tenant_store.ts";

/** Leads that one request looks through at most, and so the keys that it reads, with one more and the settings. */
export const SEARCH_READS = 1000;

/** Characters that a search may have. */
export const MOST_SEARCH = 100;

/** What a search found in one stretch of the leads. */
export interface LeadSearch {
  /** What has all the words, latest made first. */
  rows: LeadRow[];
  /** Where the next stretch begins; null: all have been looked through. */
  next: string | null;
  /** How many leads this stretch had. */
  looked: number;
}

/**
 * Looks for words in everything that the leads' forms hold, one bounded stretch at a time. There is no index of words: it
 * would cost every change of a lead a dozen rows, so that a queue's commits carried a third of the ops.
 *
 * @param cursor `next` of the stretch before; null: the latest leads
 */
export async function searchLeads(
  tenant: TenantStore,
  subject: Subject,
  search: string,
  cursor: string | null,
): Promise<Result<LeadSearch>> {
  if (search.length > MOST_SEARCH) {
    return fail("invalid-input", {
      errors: [{
        field: "search",
        message: `Write at most ${MOST_SEARCH} characters.`,
      }],
    });
  }
  if (reachOf(subject, "lead.read") === null) return fail("forbidden");
  const words = searchWords(search);
  const [{ rows: leads, next }, { template }] = await Promise.all([
    readPage<Lead>(tenant, tenant.keys.leads(), {
      cursor,
      limit: SEARCH_READS,
      reverse: true,
    }),
    readSettings(tenant),
  ]);
  const rows = leads.filter((lead) =>
    may(subject, "lead.read", lead) && hasWords(lead, words)
  ).map((lead) => leadRow(lead, template.leadForm.columns));
  return ok({ rows, next, looked: leads.length });
}
