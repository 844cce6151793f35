import type { Context, PageProps } from "fresh";
import type { State } from "../../../utils.ts";

export const handler = (ctx: Context<State>) => ({
  data: { version: ctx.params.version || "latest" },
});

export default function Docs({ data }: PageProps<{ version: string }, State>) {
  return <p>{data.version}</p>;
}
