import type { Device } from "./device.ts";

const AGAIN_MS = 1000;

/**
 * Opens a database, and calls out to every page that opens the same one.
 *
 * A page that is put into the back/forward cache in the middle of laying a database out is frozen there with its transaction,
 * and whoever opens that database next waits for it (Chromium 156). A message on a channel that it holds
 * throws such a page out of the cache; pages that are alive hear the call and do nothing.
 */
export function openAloud<T>(
  device: Pick<Device, "openChannel" | "after">,
  name: string,
  open: () => Promise<T>,
): Promise<T> {
  const channel = device.openChannel(`${name}:open`);
  let callOff = () => {};
  const callOut = () => {
    channel.postMessage(0);
    callOff = device.after(AGAIN_MS, callOut);
  };
  callOut();
  return open().finally(() => {
    callOff();
    channel.close();
  });
}
