import { asset } from "fresh/runtime";
import { stylesOf } from "../lib/http/first_styles.ts";
import { define } from "../lib/http/state.ts";
import { SPACE_SEGMENTS } from "../lib/model/spaces.ts";

/** The document around every page. */
export default define.page(({ Component, state, route, config }) => {
  const space = SPACE_SEGMENTS[state.session?.me.space ?? "CLIENT"];
  const styles = asset("/styles.css");
  const first = stylesOf(state.deps, route, config.mode);
  return (
    <html lang="en" dir="ltr" data-space={space}>
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover"
        />
        <meta name="color-scheme" content="light dark" />
        <meta
          name="theme-color"
          content="#f1f4f2"
          media="(prefers-color-scheme: light)"
        />
        <meta
          name="theme-color"
          content="#0b1312"
          media="(prefers-color-scheme: dark)"
        />
        <meta
          name="description"
          content="StreamFlow runs field-service companies, with or without a network."
        />
        {first === null ? <link rel="stylesheet" href={styles} /> : (
          // deno-lint-ignore react-no-danger -- the build's own text, which the policy names by its hash
          <style dangerouslySetInnerHTML={{ __html: first }} />
        )}
        <link
          rel="icon"
          href={asset("/icons/favicon.svg")}
          type="image/svg+xml"
        />
        <link
          rel="apple-touch-icon"
          href={asset("/icons/apple-touch-icon.png")}
        />
        <link rel="manifest" href="/manifest.webmanifest" />
      </head>
      <body>
        <Component />
        {/* The next page has it then; here it would hold up the first touch, and adds nothing but to what is printed. */}
        {first !== null && (
          <link rel="stylesheet" href={styles} media="print" />
        )}
      </body>
    </html>
  );
});
