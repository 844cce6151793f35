import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../fresh.config.ts";
import { clientAddress } from "../../lib/http/address.ts";

const PROXY = "10.0.0.1";

Deno.test("without a trusted proxy nobody's header is believed", () => {
  assert.equal(clientAddress("203.0.113.7", "198.51.100.1", 0), "203.0.113.7");
  assert.equal(clientAddress("203.0.113.7", null, 0), "203.0.113.7");
});

Deno.test("behind proxies the address is the one that the outermost of them saw, whatever else a client writes", () => {
  const seen = "198.51.100.1";
  assert.equal(clientAddress(PROXY, seen, 1), seen);
  assert.equal(clientAddress(PROXY, `1.2.3.4, ${seen}`, 1), seen);
  assert.equal(clientAddress(PROXY, `1.2.3.4,${seen} , 10.0.0.2`, 2), seen);
  assert.equal(clientAddress(PROXY, `${seen}:4711`, 1), seen);
});

Deno.test("a header that is missing, too short or no address leaves the connection's own", () => {
  for (
    const [header, proxies] of [
      [null, 1],
      ["", 1],
      ["198.51.100.1", 2],
      ["unknown", 1],
      ["198.51.100.1, ", 1],
      ["999.1.1.1", 1],
      ["a".repeat(5000), 1],
    ] as const
  ) assert.equal(clientAddress(PROXY, header, proxies), PROXY, String(header));
});

Deno.test("an IPv6 address counts as its network of 64 bits, in one spelling; an IPv4 one within it as itself", () => {
  const network = "2001:db8:0:7::/64";
  for (
    const one of [
      "2001:db8:0:7::1",
      "2001:DB8:0:7:ffff:ffff:ffff:ffff",
      "[2001:db8:0000:7::2]:443",
    ]
  ) assert.equal(clientAddress(PROXY, one, 1), network, one);
  assert.equal(clientAddress("::1", null, 0), "0:0:0:0::/64");
  assert.notEqual(clientAddress("2001:db8:0:8::1", null, 0), network);
  assert.equal(clientAddress("::ffff:203.0.113.7", null, 0), "203.0.113.7");
});

Deno.test("how many proxies there are is a small number, and none where nothing is said", () => {
  assert.equal(readConfig({}).proxies, 0);
  assert.equal(readConfig({ STREAMFLOW_PROXIES: "2" }).proxies, 2);
  for (const value of ["-1", "11", "1.5", "true", "1e1", " "]) {
    assert.throws(
      () => readConfig({ STREAMFLOW_PROXIES: value }),
      (error: Error) =>
        error instanceof ConfigError &&
        error.message.startsWith("STREAMFLOW_PROXIES"),
      value,
    );
  }
});
