/** The routes that are measured: text, JSON, a plain page, a list with an island. */
import { App, page, type PageProps, staticFiles } from "fresh";
import Counter from "./islands/Counter.tsx";
import { Document, type Lead, leads, List, Plain, Shell } from "./view.tsx";

export const app = new App()
  .appWrapper(({ Component }: PageProps) => (
    <Document title="Bench">
      <Component />
    </Document>
  ))
  .get("/text", () => new Response("Hello from the server"))
  .get("/json", (ctx) => ctx.json({ hello: "world", list: [1, 2, 3] }))
  .get("/plain", (ctx) => ctx.render(<Plain />))
  .use(staticFiles())
  .layout("/leads", ({ Component }: PageProps) => (
    <Shell>
      <Component />
    </Shell>
  ))
  .route("/leads", {
    handler: { GET: () => page(leads) },
    component: ({ data }: PageProps<Lead[]>) => (
      <main>
        <h1>Leads</h1>
        <Counter start={3} />
        <List leads={data} />
      </main>
    ),
  });
