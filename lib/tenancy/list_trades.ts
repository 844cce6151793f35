import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { builtIn, InvalidTemplate, storedTemplate } from "./newest_template.ts";
import { TEMPLATES } from "./templates/all.ts";

/** The most versions of all templates that a list reads. */
const MAX_TEMPLATES = 500;

/** An industry that a company can choose. */
export interface Trade {
  /** Names the template. */
  industry: string;
  /** What people choose by. */
  title: string;
}

/**
 * The industries that can be chosen, in the order of the product's own, then the operator's.
 *
 * @param report told of each template that cannot be used; its industry is left out
 */
export async function listTrades(
  store: Store,
  report: (error: InvalidTemplate) => void,
): Promise<Trade[]> {
  const rows = await store.list({
    prefix: globalKeys.templates(),
    limit: MAX_TEMPLATES,
  });
  const newest = new Map<string, typeof rows[number] | null>(
    TEMPLATES.map(({ industry }) => [industry, null]),
  );
  for (const row of rows) {
    const [industry, version] = row.key.slice(1) as [string, number];
    if (version >= (builtIn(industry)?.version ?? 0)) newest.set(industry, row);
  }
  const trades: Trade[] = [];
  for (const [industry, row] of newest) {
    try {
      const template = row
        ? storedTemplate(row.key, row.value)
        : builtIn(industry);
      if (template) trades.push({ industry, title: template.title });
    } catch (error) {
      if (!(error instanceof InvalidTemplate)) throw error;
      report(error);
    }
  }
  return trades;
}
