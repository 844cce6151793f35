import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { IndustryTemplate } from "../store/tenants.ts";
import { newestTemplate, putTemplate } from "./newest_template.ts";
import { TEMPLATES } from "./templates/all.ts";

/**
 * Puts the product's own templates into a store that has none, or older ones. What an operator wrote is never changed.
 *
 * @returns the newest version of each, by industry
 * @throws {InvalidTemplate} when the newest one in the store cannot be used
 */
export async function seedTemplates(
  store: Store,
): Promise<IndustryTemplate[]> {
  const newest: IndustryTemplate[] = [];
  for (const { industry } of TEMPLATES) {
    for (;;) {
      const found = await newestTemplate(store, industry);
      if (found === null) break;
      const { template, isStored } = found;
      const tx = store.transaction();
      const key = globalKeys.template(industry, template.version);
      if (!isStored && await tx.get(key) === null) putTemplate(tx, template);
      if (await tx.commit()) {
        newest.push(template);
        break;
      }
    }
  }
  return newest;
}
