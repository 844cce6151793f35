import { Banner } from "./Banner.tsx";

/** Props of {@link ErrorSummary}. */
export interface ErrorSummaryProps {
  /** Message by field name; nothing is shown without one. */
  errors: Readonly<Record<string, string>>;
  /** The fields of the form in their order, by name: the label that people see. */
  labels: Readonly<Record<string, string>>;
}

/** What a form came back with, read out at once, with a way to each field. The first one has the focus: see `firstError`. */
export function ErrorSummary({ errors, labels }: ErrorSummaryProps) {
  const names = Object.keys(labels).filter((name) => errors[name]);
  const other = Object.keys(errors).filter((name) => !(name in labels));
  const count = names.length + other.length;
  if (count === 0) return null;
  return (
    <Banner
      tone="bad"
      icon="warn"
      title={count === 1
        ? "One thing has to be mended."
        : `${count} things have to be mended.`}
      alert
    >
      <ul>
        {names.map((name) => (
          <li key={name}>
            <a href={`#f-${name}`}>{labels[name]}</a>: {errors[name]}
          </li>
        ))}
        {other.map((name) => <li key={name}>{errors[name]}</li>)}
      </ul>
    </Banner>
  );
}

/** The first field of a form, in its order, that came back with an error: it gets the focus. */
export function firstError(
  { errors, labels }: ErrorSummaryProps,
): string | undefined {
  return Object.keys(labels).find((name) => errors[name]);
}
