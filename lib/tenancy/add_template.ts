import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { IndustryTemplate } from "../store/tenants.ts";
import {
  builtIn,
  InvalidTemplate,
  parseTemplate,
  putTemplate,
} from "./newest_template.ts";

/**
 * Adds an edition of a template, or a new trade: companies that sign up from then on begin with it. An edition is never
 * changed, since tenants were made from it: the next one has a higher version.
 *
 * @param data whatever an operator wrote
 * @throws {InvalidTemplate} naming each part that is wrong, or a version that is not higher than the newest
 */
export async function addTemplate(
  store: Store,
  data: unknown,
): Promise<IndustryTemplate> {
  const template = parseTemplate(data, "This template");
  const { industry, version } = template;
  const [row] = await store.list({
    prefix: globalKeys.templatesOf(industry),
    reverse: true,
    limit: 1,
  });
  const newest = Math.max(
    Number(row?.key.at(-1) ?? 0),
    builtIn(industry)?.version ?? 0,
  );
  const tx = store.transaction();
  const taken = await tx.get(globalKeys.template(industry, version));
  putTemplate(tx, template);
  if (version <= newest || taken !== null || !await tx.commit()) {
    throw new InvalidTemplate(
      `The newest template of ${industry} is version ${newest}: write a higher one.`,
    );
  }
  return template;
}
