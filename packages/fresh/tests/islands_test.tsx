import assert from "node:assert/strict";
import { computed, type Signal, signal } from "@preact/signals";
import {
  type ComponentChildren,
  createContext,
  Fragment,
  h,
  type VNode,
} from "preact";
import { lazy, Suspense } from "preact/compat";
import { useContext } from "preact/hooks";
import { App } from "fresh";
import { Head, IS_BROWSER, Partial } from "fresh/runtime";
import { collectErrors, serve } from "./fake_build.ts";

function Inner({ text }: { text?: unknown }) {
  return <i>{String(text)}</i>;
}

function Outer({ children }: { children?: ComponentChildren }) {
  return (
    <div class="outer">
      <Inner text="own" />
      {children}
    </div>
  );
}

const islands = { Inner, Outer };

function page(vnode: () => VNode): Promise<string> {
  return serve(new App().get("/", (ctx) => ctx.render(vnode())), { islands })
    .text("/");
}

/** What the page's data element holds. */
function dataOf(
  html: string,
): {
  i: [number, string, unknown][];
  m: string[];
  d?: unknown[];
  k?: string;
} {
  const [, json] = /id="__FRSH_DATA"[^>]*>(.*?)<\/script>/.exec(html)!;
  return JSON.parse(json!);
}

Deno.test("an island renders in place, with a client entry and preloads", async () => {
  const html = await page(() => <Inner text="a" />);
  assert.match(html, /<i>a<\/i>/);
  assert.match(html, /<script type="module" src="\/_fresh\/boot\.js">/);
  assert.match(html, /<link rel="modulepreload" href="\/_fresh\/Inner\.js">/);
  assert.doesNotMatch(html, /Outer\.js|signals\.js|revive\.js|slots\.js/);
  assert.deepEqual(dataOf(html).i, [[0, "Inner", { text: "a" }]]);
});

Deno.test("a page without an island gets no script at all", async () => {
  assert.doesNotMatch(await page(() => <p>plain</p>), /<script|modulepreload/);
});

Deno.test("the signals are loaded where a signal is among the props", async () => {
  const html = await page(() => <Inner text={signal("s")} />);
  assert.match(html, /modulepreload" href="\/_fresh\/signals\.js"/);
});

Deno.test("what makes vnodes of HTML is loaded where JSX is among the props", async () => {
  const loads = async (text: unknown) =>
    /modulepreload" href="\/_fresh\/slots\.js"/.test(
      await page(() => <Inner text={text as string} />),
    );
  assert.equal(await loads(new Date()), false);
  assert.equal(await loads(signal("s")), false);
  assert.equal(await loads([<b key="b">shown</b>]), true);
  assert.equal(await loads(signal(<b>shown</b>)), true);
});

Deno.test("what revives props is loaded where they are more than plain JSON", async () => {
  const loads = async (text: unknown) =>
    /modulepreload" href="\/_fresh\/revive\.js"/.test(
      await page(() => <Inner text={text as string} />),
    );
  assert.equal(await loads('{"$":["S",[]]}'), false);
  assert.equal(await loads([{ deep: null }]), false);
  assert.equal(await loads(undefined), true);
  assert.equal(await loads({ $: 1 }), true);
  assert.equal(await loads([new Set([1])]), true);
  assert.equal(await loads(<b>shown</b>), true);
  assert.equal(await loads(signal("s")), true);
});

Deno.test("an island inside an island is a part of it", async () => {
  const html = await page(() => <Outer />);
  assert.equal(dataOf(html).i.length, 1);
});

Deno.test("an island among the children of another is one of its own", async () => {
  const html = await page(() => (
    <Outer>
      <Inner text="child" />
    </Outer>
  ));
  const { i, m } = dataOf(html);
  assert.equal(i.length, 2);
  assert.deepEqual(m, ["/_fresh/Outer.js", "/_fresh/Inner.js"]);
  assert.match(html, /<!--~s0--><!--~f1--><i>child<\/i><!--~\/f--><!--~\/s-->/);
});

Deno.test("JSX that is shared, or in a map or a set, crosses too", async () => {
  const shared = [<b key="x">x</b>];
  const html = await page(() => (
    <Outer
      {...{
        children: undefined,
        list: shared,
        other: shared,
        map: new Map([["k", <b key="m">m</b>]]),
        set: new Set([<b key="s">s</b>]),
      }}
    />
  ));
  const { i, d } = dataOf(html);
  assert.deepEqual(d, [[{ $: ["s", 0] }]]);
  assert.deepEqual(i[0]![2], {
    children: { $: 0 },
    list: { $: ["r", 0] },
    other: { $: ["r", 0] },
    map: { $: ["M", ["k", { $: ["s", 1] }]] },
    set: { $: ["S", [{ $: ["s", 2] }]] },
  });
});

Deno.test("JSX in a signal crosses, and the signal stays one of two islands", async () => {
  const content = signal<unknown>(<Inner text="held" />);
  const nested = computed(() => ({ list: [content.value] }));
  function Held(props: { content: Signal<ComponentChildren> }) {
    return <section>{props.content.value}</section>;
  }
  const app = new App().get("/", (ctx) =>
    ctx.render(
      <main>
        <Held {...{ content: content as never, nested }} />
        <Inner text={content} />
      </main>,
    ));
  const html = await serve(app, { islands: { ...islands, Held } }).text("/");
  assert.match(html, /<section><i>held<\/i><\/section>/);
  const { i, d } = dataOf(html);
  assert.deepEqual(i, [
    [0, "Held", {
      content: { $: ["r", 0] },
      nested: { $: ["c", { list: [{ $: ["s", 0] }] }] },
    }],
    [1, "Inner", { text: { $: ["r", 0] } }],
    [1, "Inner", { text: "held" }],
  ]);
  assert.deepEqual(d, [{ $: ["g", { $: ["s", 0] }] }]);
  assert.match(
    html,
    /<template id="frsh-s-0"><!--~s0--><!--~f2--><i>held<\/i>/,
  );
  assert.doesNotMatch(html, /frsh-s-1/);
});

Deno.test("cycles with JSX in them cross, and are cycles where they are rendered", async () => {
  interface Node {
    self?: Node;
    list: unknown[];
    map: Map<string, unknown>;
    plain: object;
  }
  const plain = {};
  const node: Node = { list: [<b key="x">x</b>], map: new Map(), plain };
  node.self = node;
  node.list.push(node, node.list, new Set([node]));
  node.map.set("node", node);
  const seen: boolean[] = [];
  function Show({ node }: { node: Node }) {
    seen.push(
      node.self === node,
      node.list[1] === node,
      node.list[2] === node.list,
      (node.list[3] as Set<unknown>).has(node),
      node.map.get("node") === node,
      node.plain === plain,
    );
    return <p>{node.list[0] as VNode}</p>;
  }
  const app = new App().get("/", (ctx) => ctx.render(<Show node={node} />));
  const html = await serve(app, { islands: { Show } }).text("/");
  assert.match(html, /<p><!--~s0--><b ?>x<\/b><!--~\/s--><\/p>/);
  assert.deepEqual(seen, Array(6).fill(true));
  const { i, d } = dataOf(html);
  assert.deepEqual(i, [[0, "Show", { node: { $: ["r", 0] } }]]);
  assert.deepEqual(d, [
    {
      list: { $: ["r", 1] },
      map: { $: ["M", ["node", { $: ["r", 0] }]] },
      plain: {},
      self: { $: ["r", 0] },
    },
    [
      { $: ["s", 0] },
      { $: ["r", 0] },
      { $: ["r", 1] },
      { $: ["S", [{ $: ["r", 0] }]] },
    ],
  ]);
});

Deno.test("a key named __proto__ beside JSX is data like any other", async () => {
  const data = JSON.parse('{"__proto__": {"polluted": 1}}');
  data.content = <b>x</b>;
  let keys: string[] = [];
  function Show({ data }: { data: object }) {
    keys = [...Object.keys(data), String("polluted" in data)];
    return null;
  }
  const app = new App().get("/", (ctx) => ctx.render(<Show data={data} />));
  await serve(app, { islands: { Show } }).text("/");
  assert.deepEqual(keys, ["__proto__", "content", "false"]);
});

Deno.test("arrays that an island shows are sent as they were given", async () => {
  const items = ["a < b", ["c", 1, null, true], new Date(5)];
  function List({ items }: { items: unknown[] }) {
    return <ul>{items}</ul>;
  }
  const html = await serve(
    new App().get("/", (ctx) =>
      ctx.render(
        <main>
          <List items={items} />
          <List items={items} />
        </main>,
      )),
    { islands: { List } },
  ).text("/");
  assert.deepEqual(dataOf(html).d, [
    ["a < b", ["c", 1, null, true], { $: ["D", 5] }],
  ]);
});

Deno.test("a lazy component of an island is awaited, also where a handler renders it", async () => {
  const Late = lazy(() => Promise.resolve({ default: () => <u>late</u> }));
  function Heavy() {
    return (
      <Suspense fallback={<p />}>
        <Late />
      </Suspense>
    );
  }
  const server = serve(
    new App().get("/", (ctx) => ctx.render(<main>{<Heavy />}</main>)),
    { islands: { Heavy } },
  );
  for (let i = 0; i < 2; i++) {
    assert.match(await server.text("/"), /<u>late<\/u>/);
  }
});

Deno.test("JSX that an island does not show is kept in a template", async () => {
  const html = await page(() => <Inner text={<b>kept</b>} />);
  assert.match(
    html,
    /<template id="frsh-s-0"><!--~s0--><b>kept<\/b><!--~\/s--><\/template>/,
  );
});

Deno.test("a function as a prop is an error that names the island and the prop", async () => {
  const logged = await collectErrors(async () => {
    assert.doesNotMatch(await page(() => <Inner text={() => 1} />), /Inner/);
  });
  const { message } = logged[0] as Error;
  assert.match(message, /"Inner"/);
  assert.match(message, /"text"/);
});

Deno.test("data without a prototype is data, not JSX, whatever its keys are", async () => {
  const groups = Object.assign(Object.create(null), {
    type: "script",
    props: { dangerouslySetInnerHTML: { __html: "alert(1)" } },
    list: [1],
  });
  const Show = ({ groups }: { groups: Record<string, unknown> }) => (
    <p>{Object.keys(groups).join()}</p>
  );
  const app = new App().get("/", (ctx) => ctx.render(<Show groups={groups} />));
  const html = await serve(app, { islands: { Show } }).text("/");
  assert.match(html, /<p>type,props,list<\/p>/);
  assert.deepEqual(dataOf(html).i, [[0, "Show", { groups: { ...groups } }]]);
});

Deno.test("data that no stack is deep enough for is an error, and the app lives on", async () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const app = new App()
    .get("/deep", (ctx) => ctx.render(<Inner text={deep} />))
    .get("/", (ctx) => ctx.render(<Inner text="x" />));
  const server = serve(app, { islands });
  await collectErrors(async () => {
    assert.equal((await server.fetch("/deep")).status, 500);
  });
  assert.deepEqual(dataOf(await server.text("/")).i.length, 1);
});

Deno.test("a vnode made once renders on every page", async () => {
  const kept = <Inner text="kept" />;
  const server = serve(new App().get("/", (ctx) => ctx.render(kept)), {
    islands,
  });
  const first = await server.text("/");
  assert.equal(await server.text("/"), first);
  assert.equal(dataOf(first).i.length, 1);
});

Deno.test("concurrent pages do not mix their islands", async () => {
  const app = new App().get("/:n", async (ctx) => {
    await Promise.resolve();
    return ctx.render(<Inner text={ctx.params.n} />);
  });
  const server = serve(app, { islands });
  const pages = await Promise.all(
    ["1", "2", "3"].map((n) => server.text(`/${n}`)),
  );
  assert.deepEqual(
    pages.map((html) => dataOf(html).i),
    ["1", "2", "3"].map((text) => [[0, "Inner", { text }]]),
  );
});

Deno.test("a page that fails leaves nothing behind for the next one", async () => {
  function Fails(): VNode {
    throw new Error("fails");
  }
  const app = new App()
    .get("/bad", (ctx) =>
      ctx.render(
        <Outer>
          <Fails />
        </Outer>,
      ))
    .get("/good", (ctx) => ctx.render(<Inner text="good" />));
  const server = serve(app, { islands });
  await collectErrors(async () => {
    await server.fetch("/bad");
  });
  assert.equal(dataOf(await server.text("/good")).i.length, 1);
});

Deno.test("Partial renders its children", async () => {
  assert.match(
    await page(() => (
      <Partial name="p">
        <b>in it</b>
      </Partial>
    )),
    /<body><b>in it<\/b><\/body>/,
  );
});

Deno.test("two partials of one name on a page are an error that names it", async () => {
  const logged = await collectErrors(async () => {
    const html = await page(() => (
      <main>
        <Partial name="twice">a</Partial>
        <Partial name="twice">b</Partial>
      </main>
    ));
    assert.equal(html, "Internal server error");
  });
  assert.match(String(logged), /"twice"/);
  const server = serve(
    new App().get("/", (ctx) => ctx.render(<Partial name="once">a</Partial>)),
  );
  for (let i = 0; i < 2; i++) assert.match(await server.text("/"), /a/);
});

Deno.test("comments in the HTML of others are never taken for those of islands", async () => {
  for (
    const evil of [
      "<!--~/f-->",
      "<!--~f0-->",
      "<!~f0></~/f>",
      "~0~ ~ <!--~0~/f-->",
    ]
  ) {
    const html = await page(() => (
      <main>
        {h("p", { dangerouslySetInnerHTML: { __html: evil } })}
        <Inner text="own" />
      </main>
    ));
    const { k: key = "~" } = dataOf(html);
    const own = `<!--${key}f0--><i>own</i><!--${key}/f-->`;
    assert.ok(html.includes(own), html);
    assert.ok(html.includes(`<p>${evil}</p>`), html);
    assert.equal(html.split(key).length, 4, html);
  }
  assert.equal(dataOf(await page(() => <Inner text="~" />)).k, "~0~");
  assert.equal(dataOf(await page(() => <Inner text="a" />)).k, undefined);
});

Deno.test("of Head elements with one identity the last is kept", async () => {
  const html = await page(() => (
    <html>
      <head>
        <title>first</title>
        <meta name="a" content="first" />
      </head>
      <body>
        <Head>
          <title>second</title>
          <meta name="a" content="second" />
          <style id="s">{"a{}"}</style>
          <link key="k" rel="x" href="1" />
        </Head>
        <Head>
          <title>third &amp; last</title>
          <style id="s">{"b{}"}</style>
          <link key="k" rel="x" href="2" />
          <link rel="y" href="3" />
          <link rel="y" href="4" />
        </Head>
      </body>
    </html>
  ));
  const head = html.slice(html.indexOf("<head>"), html.indexOf("</head>"));
  assert.equal(
    head,
    '<head><title>third &amp; last</title><meta name="a" content="second"/>' +
      '<style id="s">b{}</style><link rel="x" href="2" data-key="k"/>' +
      '<link rel="y" href="3"/><link rel="y" href="4"/>',
  );
});

Deno.test("Head replaces by title, then key, then id, then the name of a meta", async () => {
  const Description = ({ text }: { text: string }) => (
    <meta key="text" name="description" content={text} />
  );
  const html = await page(() => (
    <html>
      <head>
        <meta charset="utf-8" />
        <title>app</title>
        <meta key="text" name="description" content="app" />
        <meta key="card" property="og:title" content="app" />
        <link id="icon" rel="icon" href="app" />
        <style id="icon">{"a > b{}"}</style>
      </head>
      <body>
        <header>
          <Head>
            text has no place there
            <Fragment>
              <title>page</title>
              <Description text="a &gt; b, &quot;c&quot;" />
            </Fragment>
            <Head>
              <meta key="card" property="og:title" content="page" />
            </Head>
            <link id="icon" rel="icon" href="page" />
            <meta name="new" content="page" />
          </Head>
        </header>
      </body>
    </html>
  ));
  assert.equal(
    html,
    '<!DOCTYPE html><html><head><meta charset="utf-8"/><title>page</title>' +
      '<meta name="description" content="a > b, &quot;c&quot;" data-key="text"/>' +
      '<meta property="og:title" content="page" data-key="card"/>' +
      '<link id="icon" rel="icon" href="page"/>' +
      '<style id="icon">a > b{}</style><meta name="new" content="page"/>' +
      "</head><body><header></header></body></html>",
  );
});

Deno.test("Head sees the context of its place, and adds a head where there is none", async () => {
  const Name = createContext("none");
  const Title = () => <title>{useContext(Name)}</title>;
  const html = await page(() => (
    <header>
      <Name.Provider value="near">
        <Head>
          <Title />
        </Head>
      </Name.Provider>
    </header>
  ));
  assert.equal(
    html,
    '<!DOCTYPE html><html><head><meta charset="utf-8">' +
      "<title>near</title></head><body><header></header></body></html>",
  );
});

Deno.test("what Head contains is data: neither its text nor its attributes end it", async () => {
  const evil = "</title></head><script>alert(1)</script><!---->";
  const html = await page(() => (
    <Head>
      <title>{evil}</title>
      <meta name="x" content={evil + '"'} />
    </Head>
  ));
  assert.equal(html.match(/<script|<!--/g), null);
  assert.equal(html.match(/<\/head>/g)?.length, 1);
});

Deno.test("an island in a Head is only rendered", async () => {
  const html = await page(() => (
    <Head>
      <title>
        <Inner text="t" />
      </title>
    </Head>
  ));
  assert.doesNotMatch(html, /<script|~f0/);
});

Deno.test("IS_BROWSER is false on the server", () => {
  assert.equal(IS_BROWSER, false);
});
