import type { IndustryTemplate } from "../../store/tenants.ts";
import { cleaning } from "./cleaning.ts";
import { electrical } from "./electrical.ts";
import { hvac } from "./hvac.ts";
import { landscaping } from "./landscaping.ts";
import { plumbing } from "./plumbing.ts";
import { security } from "./security.ts";

/** The templates that this version brings; the store keeps every version that a tenant was seeded from. */
export const TEMPLATES: readonly IndustryTemplate[] = [
  hvac,
  plumbing,
  electrical,
  cleaning,
  landscaping,
  security,
];
