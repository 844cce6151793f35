/** Development only: reloads the page when another server answers. */
const path = new URL(import.meta.url).pathname;
const base = path.slice(0, path.lastIndexOf("/_fresh/"));
const alive = new EventSource(`${base}/_frsh/alive`);
let start = "";
alive.onmessage = ({ data }) => {
  if (start !== "" && start !== data) location.reload();
  start = data;
};
