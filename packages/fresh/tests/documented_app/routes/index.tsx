import { useSignal } from "@preact/signals";
import { asset, assetSrcSet, Head, IS_BROWSER } from "fresh/runtime";
import { define } from "../utils.ts";
import Slider from "../islands/Slider.tsx";
import { Cart } from "./(shop)/(_islands)/cart.tsx";

export const handler = define.handlers({
  GET(ctx) {
    return { data: { foo: `Deno ${ctx.state.user?.name}` } };
  },
});

export default define.page<typeof handler>((props) => {
  const value = useSignal(50);
  return (
    <main>
      <Head>
        <title>{props.data.foo}</title>
        <meta key="text" name="description" content="A text" />
      </Head>
      <h1>{props.data.foo.toUpperCase()} {String(IS_BROWSER)}</h1>
      <img src="/user.png" srcset={assetSrcSet("/a.png 1x, /b.png 2x")} />
      <img src="/user.png" data-fresh-disable-lock />
      <a href={asset("/brochure.pdf")}>View</a>
      <Slider value={value} />
      <Slider value={value} jsx={<b>handed over</b>}>
        <Cart items={new Map([["a", 1n]])} when={new Date(0)} />
      </Slider>
    </main>
  );
});
