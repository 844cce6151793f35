import { Badge } from "./Badge.tsx";
import { TENANT_STATUS } from "./tenant_words.ts";

/** How a tenant stands. Icons: check, pause. */
export function TenantBadge({ status }: { status: "active" | "suspended" }) {
  const { word, tone, icon } = TENANT_STATUS[status];
  return <Badge tone={tone} icon={icon}>{word}</Badge>;
}
