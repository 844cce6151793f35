/** The same bytes without a framework: what the ratios refer to. */
import { renderToString } from "preact-render-to-string";
import Counter from "./islands/Counter.tsx";
import { Document, leads, List, Plain, Shell } from "./view.tsx";

const html = { headers: { "content-type": "text/html; charset=utf-8" } };
const plain = "<!DOCTYPE html>" + renderToString(
  <Document title="Bench">
    <Plain />
  </Document>,
);

function list(): string {
  return "<!DOCTYPE html>" + renderToString(
    <Document title="Bench">
      <Shell>
        <main>
          <h1>Leads</h1>
          <Counter start={3} />
          <List leads={leads} />
        </main>
      </Shell>
    </Document>,
  );
}

Deno.serve({ port: Number(Deno.args[0]), hostname: "127.0.0.1" }, ({ url }) => {
  switch (url.slice(url.indexOf("/", 8))) {
    case "/text":
      return new Response("Hello from the server");
    case "/json":
      return Response.json({ hello: "world", list: [1, 2, 3] });
    case "/plain":
      return new Response(plain, html);
    default:
      return new Response(list(), html);
  }
});
