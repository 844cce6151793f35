import {
  ALIVE_PATH,
  aliveResponse,
  errorHandler,
  type Handler,
  type Listeners,
  RELOAD_PATH,
} from "./development_handler.ts";

const SOURCE = /\.(?:[cm]?[jt]sx?|jsonc?|css)$/;
const NO_SOURCE = /[\\/](?:node_modules|\.git|_fresh)[\\/]/;

/** Calls back after every edit below a folder, until it is closed. */
async function watch(
  watcher: Deno.FsWatcher,
  onEdit: () => void,
): Promise<void> {
  for await (const { kind, paths } of watcher) {
    const isEdit = kind !== "access" &&
      paths.some((path) => SOURCE.test(path) && !NO_SOURCE.test(path));
    if (isEdit) onEdit();
  }
}

/** A handler, and what ends that which it waits for. */
export interface WaitingHandler {
  readonly handler: Handler;
  close(): void;
}

/**
 * Shows what keeps an app from being built and tries again after edits and for
 * every page that is asked for: Deno watches no file that only the client has
 * before the app has been imported once.
 */
export function untilBuilt(
  error: unknown,
  root: string,
  start: () => Promise<Handler>,
): WaitingHandler {
  const listeners: Listeners = new Set();
  let reason = String(error);
  let shown = errorHandler(error, root);
  let name = crypto.randomUUID();
  let isBuilt = false;
  let isEdited = false;
  let attempt: Promise<void> | null = null;
  let watcher: Deno.FsWatcher | null = null;
  const close = () => {
    watcher?.close();
    watcher = null;
  };
  const show = (handler: Handler) => {
    shown = handler;
    name = crypto.randomUUID();
    // Pages that listen come back, and find another start than before.
    for (const listener of listeners) listener.close();
    listeners.clear();
  };
  const tryOnce = async () => {
    try {
      const handler = await start();
      isBuilt = true;
      close();
      show(handler);
    } catch (error) {
      if (String(error) === reason) return;
      reason = String(error);
      // deno-lint-ignore no-console -- the developer may look here first
      console.error(error);
      show(errorHandler(error, root));
    }
  };
  const retry = async () => {
    do {
      isEdited = false;
      await tryOnce();
    } while (isEdited && !isBuilt);
    attempt = null;
  };
  const onEdit = () => {
    if (isBuilt) return;
    isEdited = true;
    attempt ??= retry();
  };
  try {
    watcher = Deno.watchFs(root);
    void watch(watcher, onEdit);
  } catch {
    // There are more folders than can be watched: requests have to do.
  }
  return {
    close,
    handler: async (request, info) => {
      const { pathname } = new URL(request.url);
      if (pathname === ALIVE_PATH) return aliveResponse(name, listeners);
      if (!isBuilt && pathname !== RELOAD_PATH) await (attempt ??= retry());
      return await shown(request, info);
    },
  };
}
