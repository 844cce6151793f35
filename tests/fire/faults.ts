import { answerOfHtml, type Fault } from "../system/proxy.ts";
import type { Draw } from "./random.ts";

const BAD_GATEWAY = answerOfHtml(
  "502 Bad Gateway",
  "<html><h1>502 Bad Gateway</h1></html>",
);
const PORTAL = answerOfHtml(
  "200 OK",
  "<html><title>Welcome</title>Accept the terms to go online</html>",
);

/** Draws what becomes of a request: four of ten arrive unharmed. */
export function drawFault(draw: Draw, path: string): Fault {
  const reaches = draw.below(2) === 1;
  const bytes = draw.below(600);
  const ms = draw.below(1200);
  switch (draw.below(10)) {
    case 0:
      return { kind: "drop" };
    case 1:
    case 2:
      // A page that was torn is loaded again by whoever looks at it; here nobody looks.
      return path.startsWith("/api/")
        ? { kind: "cut", bytes }
        : { kind: "pass" };
    case 3:
      return { kind: "slow", ms };
    case 4:
      return { kind: "instead", answer: BAD_GATEWAY, reaches };
    case 5:
      return { kind: "instead", answer: PORTAL, reaches };
    default:
      return { kind: "pass" };
  }
}
