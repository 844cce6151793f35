import type { ComponentChildren } from "preact";

/** A column of a {@link Table}. */
export interface Column {
  label: string;
  /** Numbers stand at the end of their cell. */
  num?: boolean | undefined;
  /** The label is there for screen readers only. */
  bare?: boolean | undefined;
}

/** A row of a {@link Table}. */
export interface TableRow {
  key: string;
  /** One per column; the first names the row. */
  cells: readonly ComponentChildren[];
}

/** Props of {@link Table}. */
export interface TableProps {
  /** What the table shows; also the name of its box. */
  caption: string;
  columns: readonly Column[];
  rows: readonly TableRow[];
}

/** A dense list for the desk. On a narrow screen it scrolls sideways in its own box. */
export function Table({ caption, columns, rows }: TableProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="table">
        <caption class="vh">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.label}
                scope="col"
                class={column.num ? "num" : undefined}
              >
                {column.bare
                  ? <span class="vh">{column.label}</span>
                  : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, at) =>
                at === 0
                  ? <th key={at} scope="row">{cell}</th>
                  : (
                    <td key={at} class={columns[at]?.num ? "num" : undefined}>
                      {cell}
                    </td>
                  )
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
