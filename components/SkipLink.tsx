/** First in the page: the way past everything that repeats. Leads to `id="main"`. */
export function SkipLink() {
  return <a class="skip" href="#main">Skip to content</a>;
}
