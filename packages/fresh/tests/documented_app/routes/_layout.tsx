import { define } from "../utils.ts";

export default define.layout(async (ctx) => {
  const greeting = await Promise.resolve("Hello");
  return (
    <div class="layout">
      <p>{greeting}</p>
      <ctx.Component />
    </div>
  );
});
