import type { IndustryTemplate } from "../../store/tenants.ts";
import { hvac } from "./hvac.ts";

/** The templates that this version brings; the store keeps every version that a tenant was seeded from. */
export const TEMPLATES: readonly IndustryTemplate[] = [hvac];

/** The newest template of an industry, or null. */
export function templateOf(industry: string): IndustryTemplate | null {
  return TEMPLATES.find((template) => template.industry === industry) ?? null;
}
