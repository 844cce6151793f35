import type { PageProps, RouteConfig } from "fresh";

export const config: RouteConfig = {
  routeOverride: "/x/:module@:version/:path*",
};

export default function Special(props: PageProps<never, unknown>) {
  return <p>{[props.params.module, props.params.version].join()}</p>;
}
