import { grantableRoles } from "../model/granting.ts";
import { problem, type Result } from "../model/problem.ts";
import type { Me, Space } from "../model/spaces.ts";
import type { AuditRow } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { changeMember, checkOneStays, putMembership } from "./member_change.ts";

/**
 * Gives an active member another role, which holds from their next request on.
 *
 * @returns `invalid-input` naming `role`: not one that the subject may give, or the last owner's
 */
export function changeRole(
  deps: { store: Store },
  subject: Me,
  input: { userId: string; space: Space; role: string },
  audit: AuditRow,
): Promise<Result<null>> {
  const { userId, space } = input;
  const refuse = (message: string) =>
    problem("invalid-input", { errors: [{ field: "role", message }] });
  return changeMember(
    deps,
    subject,
    { userId, space },
    "member.update",
    audit,
    async (changed) => {
      const granted = grantableRoles(changed.me).find((known) =>
        known.space === space && known.role === input.role
      );
      if (!granted) return refuse("Choose one of the list.");
      if (changed.membership.status !== "active") {
        return refuse("Only who is in the team has a role to change.");
      }
      const { roles } = changed.membership;
      if (roles[0] !== granted.role) {
        const refusal = await checkOneStays(changed, deps.store, "role");
        if (refusal) return refusal;
      }
      putMembership(changed, { roles: [granted.role], status: "active" });
      return null;
    },
  );
}
