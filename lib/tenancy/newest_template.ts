import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { IndustryTemplate } from "../store/tenants.ts";
import type { Transaction } from "../store/transaction.ts";
import { industryTemplate } from "./template_schema.ts";
import { TEMPLATES } from "./templates/all.ts";

/** A template in the store is not what the schema accepts: it is never used, and somebody has to mend it. */
export class InvalidTemplate extends Error {
  /** Tells it from other errors in a log. */
  override name = "InvalidTemplate";
}

/** The edition that this version of the product brings, or null. */
export function builtIn(industry: string): IndustryTemplate | null {
  return TEMPLATES.find((template) => template.industry === industry) ?? null;
}

/**
 * Checks a template that came from outside the code.
 *
 * @throws {InvalidTemplate} naming each part that is wrong
 */
export function parseTemplate(data: unknown, where: string): IndustryTemplate {
  const parsed = industryTemplate.safeParse(data);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) =>
    `${issue.path.join(".") || "template"}: ${issue.message}`
  );
  throw new InvalidTemplate(`${where} cannot be used. ${wrong.join("; ")}`);
}

/**
 * A template of the store, which has to be what its key says.
 *
 * @throws {InvalidTemplate}
 */
export function storedTemplate(
  key: readonly unknown[],
  value: unknown,
): IndustryTemplate {
  const [, industry, version] = key;
  const where = `The template ${industry} ${version} of the store`;
  const template = parseTemplate(value, where);
  if (template.industry !== industry || template.version !== version) {
    throw new InvalidTemplate(
      `${where} cannot be used. It calls itself ${template.industry} ${template.version}`,
    );
  }
  return template;
}

/**
 * The newest template of an industry: the store's, unless this version of the product brings a newer one. Read at each
 * registration, one row: an operator's new edition counts from the next company on.
 *
 * @returns null when there is none of that name; `isStored` tells whether the store has it already
 * @throws {InvalidTemplate}
 */
export async function newestTemplate(
  store: Store,
  industry: string,
): Promise<{ template: IndustryTemplate; isStored: boolean } | null> {
  const [row] = await store.list({
    prefix: globalKeys.templatesOf(industry),
    reverse: true,
    limit: 1,
  });
  const brought = builtIn(industry);
  const version = Number(row?.key.at(-1) ?? 0);
  if (row && version >= (brought?.version ?? 0)) {
    return { template: storedTemplate(row.key, row.value), isStored: true };
  }
  return brought && { template: brought, isStored: false };
}

/** Writes a template under its version. The one place that does. */
export function putTemplate(
  tx: Pick<Transaction, "set">,
  template: IndustryTemplate,
): void {
  tx.set(globalKeys.template(template.industry, template.version), template);
}
