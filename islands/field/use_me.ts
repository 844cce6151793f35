import type { Me } from "../../lib/model/spaces.ts";
import type { Field } from "../../lib/offline/field.ts";

/**
 * Who acts on a screen, as `GET /api/me` gives it: from the page's props, or, in a shell, which is the same for
 * everybody, from the device's database. Null until that is open, and where nobody is logged in on the device, so that
 * nothing of somebody else's is ever shown.
 */
export const useMe = (page: Me | null, field: Field | null): Me | null =>
  page ?? field?.me ?? null;
