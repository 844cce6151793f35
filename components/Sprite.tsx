import type { IconName } from "./Icon.tsx";

/** One path per drawing: 24 grid, 1.75 stroke, round ends, no fill. */
const PATHS: Record<IconName, string> = {
  again:
    "M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9.5M20 4v5.5h-5.5M19.5 12a7.5 7.5 0 0 1-13 5.1L4 14.5M4 20v-5.5h5.5",
  back: "M19.5 12h-15m6-6.5L4 12l6.5 6.5",
  board: "M4 4h4v16H4zM10 4h4v11h-4zM16 4h4v7h-4z",
  bolt: "M13.5 2.5 5 13.5h6l-.5 8 8.5-11h-6Z",
  building: "M5 20.5V4h10v16.5M15 9h4v11.5M2.5 20.5h19M8.5 8h3m-3 4h3m-3 4h3",
  camera:
    "M4.5 8h3L9 5.5h6L16.5 8h3A1.5 1.5 0 0 1 21 9.5V18a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18V9.5A1.5 1.5 0 0 1 4.5 8ZM8.7 13.3a3.3 3.3 0 1 0 6.6 0a3.3 3.3 0 1 0-6.6 0",
  chart: "M4 4v16h16M7.5 14.5l3.5-4 3 2.5 5-6",
  check: "m5 12.5 4.7 4.7L19 7.5",
  clock: "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7v5l3.5 2",
  coffee:
    "M5 9h12v6.5a4.5 4.5 0 0 1-4.5 4.5h-3A4.5 4.5 0 0 1 5 15.5ZM17 10.5h1.5a2.5 2.5 0 0 1 0 5H17M9 3v2.5m4-2.5v2.5",
  db:
    "M4.5 6a7.5 3 0 1 0 15 0a7.5 3 0 1 0-15 0M4.5 6v12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V6M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3",
  device:
    "M8 2.5h8A1.5 1.5 0 0 1 17.5 4v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5ZM11 18.5h2",
  done:
    "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M8.3 12.3l2.6 2.6 4.8-5.2",
  download: "M12 4v11m-5-4.5 5 5 5-5M4.5 20h15",
  drop:
    "M12 3c4 4.7 6 8.2 6 11a6 6 0 0 1-12 0c0-2.8 2-6.3 6-11ZM9 14.5a3 3 0 0 0 2.5 2.8",
  eye:
    "M2.5 12C5 7.5 8.2 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5S5 16.5 2.5 12ZM9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
  file: "M6 3h8l5 5v13H6ZM14 3v5h5",
  filter: "M4 6h16M7 12h10m-7 6h4",
  history: "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.8",
  home: "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z",
  inbox: "M4 14 6.5 4.5h11L20 14v5.5H4ZM4 14h4.5l1.2 2.5h4.6l1.2-2.5H20",
  key:
    "M3.5 15.5a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M11.3 12.3l8.2-8.3m-3 3 2.5 2.5m-5 0 1.5 1.5",
  leads:
    "M6 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M3 20.5c.4-4 3.2-6 7-6 1.6 0 3 .3 4.1 1M18.5 14v6m-3-3h6",
  leaf:
    "M20 4C10 4 5 8.5 5 14c0 3 2 5 5 5 6 0 10-5 10-15ZM4 20.5c2-4.5 5-7.5 9-9.5",
  lock:
    "M6 10.5h12a1 1 0 0 1 1 1V20a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8.5a1 1 0 0 1 1-1ZM8 10.5V7.8a4 4 0 0 1 8 0v2.7M12 15v2",
  merge: "M5 4v3c0 3 7 3.5 7 7v6.5M19 4v3c0 3-7 3.5-7 7m-3 3.5 3 3 3-3",
  money:
    "M3 6h18v12H3ZM9.3 12a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0M6.5 9.5v.01M17.5 14.5v.01",
  more: "M4 7h16M4 12h16M4 17h10",
  next: "m9 5 7 7-7 7",
  note: "M5 4h14v11l-5 5H5ZM14 20v-5h5M8.5 9h7m-7 4h3",
  office:
    "M4 20.5V5.5L13 3v17.5M13 9l7 2v9.5M2.5 20.5h19M7.5 8.5v.01M7.5 12.5v.01M7.5 16.5v.01M16.5 14v.01M16.5 17v.01",
  offline:
    "M3 3.5 20.5 21M8.7 15.5a5 5 0 0 1 5-1.3M5 11.5a10 10 0 0 1 4-2.4m4.5-.5a10 10 0 0 1 5.5 2.9M2 8a14.5 14.5 0 0 1 3.5-2.4m4.5-1.5A14.5 14.5 0 0 1 22 8M12 19v.01",
  orders:
    "M8.5 4.5H6A1.5 1.5 0 0 0 4.5 6v13.5A1.5 1.5 0 0 0 6 21h12a1.5 1.5 0 0 0 1.5-1.5V6A1.5 1.5 0 0 0 18 4.5h-2.5M9.5 3h5a1 1 0 0 1 1 1v1.5a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM8.5 11.5h7m-7 4.5h4.5",
  out: "M14 4h5v16h-5M4 12h11m-4-4.5L15.5 12 11 16.5",
  pause: "M8.5 5v14m7-14v14",
  pen: "M4 20.5h16M5 16.5l1-4 9-9 3 3-9 9Z",
  pending:
    "M3 16.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M16 7.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M8 16.5h4a2 2 0 0 0 2-2v-5a2 2 0 0 1 2-2",
  phone:
    "M5 4h4l1.5 4.5L8 10.2a12 12 0 0 0 5.8 5.8l1.7-2.5L20 15v4a1.5 1.5 0 0 1-1.6 1.5C10.5 20 4 13.5 3.5 5.6A1.5 1.5 0 0 1 5 4Z",
  pin:
    "M12 21.5c4.5-4.7 6.7-8.3 6.7-11.3a6.7 6.7 0 0 0-13.4 0c0 3 2.2 6.6 6.7 11.3ZM9.5 10a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
  play: "M7.5 4.8v14.4L19 12Z",
  plus: "M12 5v14M5 12h14",
  print:
    "M7 8.5V3.5h10v5M7 17H4.5A1.5 1.5 0 0 1 3 15.5V10a1.5 1.5 0 0 1 1.5-1.5h15A1.5 1.5 0 0 1 21 10v5.5a1.5 1.5 0 0 1-1.5 1.5H17M7 14h10v6.5H7Z",
  route:
    "M3.5 18.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M15.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M15.5 5.5H9a3.25 3.25 0 0 0 0 6.5h6a3.25 3.25 0 0 1 0 6.5H8.5",
  search: "M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.5 15.5l5 5",
  send: "M12 20V5m-6.5 6L12 4.5l6.5 6.5",
  settings:
    "M4 7h9m5 0h2M4 17h2m5 0h9M13 7a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M6 17a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
  shield:
    "m12 3 8 3v5.5c0 4.5-3 7.8-8 9.5-5-1.7-8-5-8-9.5V6ZM8.8 12l2.3 2.3 4.2-4.6",
  snow:
    "M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5 12 7l2.5-2.5m-5 15L12 17l2.5 2.5M4 11l3.4-.9-.9-3.4m13.5 6.3-3.4.9.9 3.4M4 13l3.4.9-.9 3.4M20 11l-3.4-.9.9-3.4",
  spray:
    "M8 10h6l1.5 3v7.5h-9V13ZM9 10V5.5h5V10M9 5.5 7 4m12-.5v.01M19 7v.01M17 5.2v.01",
  team:
    "M5.5 8.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M2.5 20c.3-3.7 2.8-5.5 6.5-5.5s6.2 1.8 6.5 5.5M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 15c2 .8 3.2 2.5 3.5 5",
  today:
    "M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v11.5A1.5 1.5 0 0 1 19 20H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5ZM8 3v4m8-4v4M3.5 10.5h17M9 15l2.2 2 3.8-4",
  tool:
    "M14.5 6.5a4.5 4.5 0 0 1 5.7-.9l-3 3 .5 1.7 1.7.5 2.4-2.6a4.5 4.5 0 0 1-6.3 5L8 20.7a2.4 2.4 0 0 1-3.5-3.4l7.7-7.2a4.5 4.5 0 0 1 2.3-3.6Z",
  user: "M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
  warn: "M12 3.8 21.5 20h-19ZM12 10v4.5m0 2.7v.01",
  x: "m6 6 12 12M18 6 6 18",
};

/** Props of {@link Sprite}. */
export interface SpriteProps {
  /** The drawings that the page or any of its islands can show; a name may come twice. */
  names: readonly IconName[];
}

/**
 * The drawings of one page, at its top: no request of its own, there without a network, allowed by a strict
 * content policy. Server only: an island that imported it would carry every path to the browser.
 */
export function Sprite({ names }: SpriteProps) {
  return (
    <svg class="sprite" aria-hidden="true">
      {[...new Set(names)].map((name) => (
        <symbol key={name} id={"i-" + name} viewBox="0 0 24 24">
          <path d={PATHS[name]} />
        </symbol>
      ))}
      <symbol id="t-saved" viewBox="0 0 40 16">
        <circle cx="6" cy="8" r="4" fill="currentColor" />
        <path d="M14 8h14" stroke-dasharray="1 4" />
        <circle cx="34" cy="8" r="4" />
      </symbol>
      <symbol id="t-sending" viewBox="0 0 40 16">
        <circle cx="6" cy="8" r="4" fill="currentColor" />
        <path class="moves" d="M13 8h15" stroke-dasharray="4 4" />
        <path d="m23 4.5 4 3.5-4 3.5" />
        <circle cx="34" cy="8" r="4" />
      </symbol>
      <symbol id="t-received" viewBox="0 0 40 16">
        <circle cx="6" cy="8" r="4" fill="currentColor" />
        <path d="M10 8h18" />
        <circle cx="34" cy="8" r="5" />
        <path d="m31.7 8.2 1.6 1.7 3-3.4" />
      </symbol>
      <symbol id="t-needs-you" viewBox="0 0 40 16">
        <circle cx="6" cy="8" r="4" fill="currentColor" />
        <path d="M10 8h7m3.5-2.8 5 5.6m0-5.6-5 5.6" />
        <path d="M34 3.3v5.2m0 3.5v.01" />
      </symbol>
    </svg>
  );
}
