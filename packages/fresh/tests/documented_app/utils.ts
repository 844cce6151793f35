import { createDefine } from "fresh";

export interface State {
  title?: string;
  user?: { name: string } | null;
}

export const define = createDefine<State>();
