import type { OrderStatus } from "../lib/model/work_order.ts";
import { Badge } from "./Badge.tsx";

/** Where an order stands, in a word. Needs the icon `play`. */
export function OrderBadge({ status }: { status: OrderStatus }) {
  switch (status) {
    case "PLANNED":
      return <Badge>Planned</Badge>;
    case "RUNNING":
      return <Badge tone="tint" icon="play">Running</Badge>;
    case "PAUSED":
      return <Badge tone="wait" icon="pause">Paused</Badge>;
    case "DONE":
      return <Badge tone="go" icon="check">Done</Badge>;
  }
}
