import type { RouteConfig } from "fresh";
import { define } from "../utils.ts";

export const config: RouteConfig = {
  skipInheritedLayouts: true,
  skipAppWrapper: true,
};

export const css = ["/dashboard.css"];

export default define.page(async ({ state, req }) => {
  const user = await Promise.resolve(state.user);
  return user
    ? <h1>Welcome, {user.name}</h1>
    : new Response(null, { status: 302, headers: { location: req.url } });
});
