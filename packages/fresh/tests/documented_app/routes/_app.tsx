import { Partial } from "fresh/runtime";
import { define } from "../utils.ts";

export default define.page(function Document({ Component, state }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{state.title ?? "None"}</title>
      </head>
      <body f-client-nav>
        <Partial name="body">
          <Component />
        </Partial>
      </body>
    </html>
  );
});
