import type { LazyRouteModule } from "./route_modules.ts";

/** One encoded variant of a static file. */
export interface EncodedVariant {
  /** Where the encoded bytes are, relative to the folder of static files. */
  readonly file: string;
  readonly size: number;
}

/** One file that `staticFiles()` serves. */
export interface StaticFile {
  /** The path it is served at, without the app's base path. */
  readonly path: string;
  /** Where its bytes are, relative to the folder of static files. */
  readonly file: string;
  /** A hash of its content, in URL-safe Base64. */
  readonly hash: string;
  readonly size: number;
  readonly contentType: string;
  /** The path names the content, so that an answer never goes stale. */
  readonly immutable?: boolean;
  readonly br?: EncodedVariant;
  readonly gzip?: EncodedVariant;
}

/** One module of the client: an island's own chunk, or the package's. */
export interface ClientModule {
  /** The path it is served at, without the app's base path. */
  readonly path: string;
  /** Modules that it imports statically, all the way down. */
  readonly imports: readonly string[];
}

/** The modules that the package itself has in the browser. */
export interface ClientRuntime {
  /** Revives the islands of a page. */
  readonly boot: ClientModule;
  /** Makes signals; loaded where a signal is among the props. */
  readonly signals: ClientModule;
  /** Revives props; loaded where plain JSON can not hold them. */
  readonly revive: ClientModule;
  /** Makes vnodes of the server's HTML; loaded where JSX is among the props. */
  readonly slots: ClientModule;
  /** Reloads the page when something has been edited; development only. */
  readonly reload: string | null;
}

/** An island module, and where its client code is. */
export interface IslandModule {
  readonly client: ClientModule;
  /** The server's own instance of the module. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Everything that a build knows about an app. */
export interface BuildSnapshot {
  readonly buildId: string;
  readonly mode: "development" | "production";
  readonly root: string;
  readonly runtime: ClientRuntime;
  readonly islands: readonly IslandModule[];
  readonly routes: readonly LazyRouteModule[];
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Makes a page that shows an unexpected error; development only. */
  errorPage?(error: unknown): Promise<string>;
  /** Reads a file's bytes; `file` is one that {@linkcode files} names. */
  read(file: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Opens a file for streaming. */
  open(file: string): Promise<ReadableStream<Uint8Array>>;
}
