/** The markup that both servers render. */
import type { ComponentChildren } from "preact";
export interface Lead {
  id: string;
  name: string;
  city: string;
  state: string;
}
export const leads: Lead[] = Array.from(
  { length: 50 },
  (_, i) => ({
    id: "lead_" + i,
    name: "Name & Co " + i,
    city: "City " + (i % 7),
    state: i % 2 ? "open" : "done",
  }),
);
export function Document(p: { title: string; children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{p.title}</title>
        <link rel="stylesheet" href="/styles.css" />
      </head>
      <body>{p.children}</body>
    </html>
  );
}
export function Row({ lead }: { lead: Lead }) {
  return (
    <tr>
      <td>
        <a href={`/leads/${lead.id}`}>{lead.name}</a>
      </td>
      <td class="city">{lead.city}</td>
      <td class={lead.state}>{lead.state}</td>
    </tr>
  );
}
export function List({ leads }: { leads: Lead[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>City</th>
          <th>State</th>
        </tr>
      </thead>
      <tbody>{leads.map((l) => <Row key={l.id} lead={l} />)}</tbody>
    </table>
  );
}
export function Shell(p: { children: ComponentChildren }) {
  return (
    <div class="shell">
      <header>
        <nav>
          <a href="/">Home</a>
          <a href="/leads">Leads</a>
        </nav>
      </header>
      {p.children}
    </div>
  );
}
export function Plain() {
  return (
    <main>
      <h1>Hello</h1>
      <p>A page without anything on it but some text.</p>
    </main>
  );
}
