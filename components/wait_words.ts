/** How long to wait before another try, as a sentence. @param seconds as in a `Retry-After` */
export function waitWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return `Wait ${minutes} ${
    minutes === 1 ? "minute" : "minutes"
  }, then try again.`;
}
