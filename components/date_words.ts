const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const name = `${timeZone} ${Object.keys(options)}`;
  let formatter = formatters.get(name);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", { timeZone, ...options });
    formatters.set(name, formatter);
  }
  return formatter;
}

/** The day of an instant: "16 Nov 2026". @param at ISO 8601 or milliseconds */
export function dateWords(timeZone: string, at: string | number): string {
  return formatterOf(timeZone, {
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(new Date(at));
}

/** An instant to the second: "16 Nov 2026, 14:05:09". @param at ISO 8601 or milliseconds */
export function momentWords(timeZone: string, at: string | number): string {
  return formatterOf(timeZone, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));
}

/** A length of time in its largest unit: "3 min", "5 h", "2 days". @param ms milliseconds */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
