import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type App, applySnapshot } from "../app.ts";
import { listen, type ListenOptions } from "../listen.ts";
import {
  type Build,
  type BuildPlan,
  makeBuild,
  memorySnapshot,
} from "./build.ts";
import type { SourceMapKind } from "./source_maps.ts";
import {
  developmentHandler,
  failedStartHandler,
  type Handler,
} from "./development_handler.ts";
import { errorPage } from "./error_page.ts";
import { folderIn } from "./project.ts";
import type {
  OnTransformOptions,
  Transform,
  TransformFn,
} from "./transform.ts";
import { untilBuilt, type WaitingHandler } from "./until_built.ts";
import { writeBuild } from "./write_build.ts";

/** What a {@linkcode Builder} can be constructed with. */
export interface BuildOptions {
  /** The browsers to build for. */
  target?: string | string[];
  /** The folder of the project. Default: the current one. */
  root?: string;
  /** The module that exports `app`. Default: `main.ts`. */
  serverEntry?: string;
  /** Where a production build is written. Default: `_fresh`. */
  outDir?: string;
  /** The folder of static files, or several. Default: `static`. */
  staticDir?: string | string[];
  /** The folder of islands. Default: `islands`. */
  islandDir?: string;
  /** The folder of file routes. Default: `routes`. */
  routeDir?: string;
  /** Files that are left out. */
  ignore?: RegExp[];
  /** Whether and how source maps are made. */
  sourceMap?: {
    kind?: SourceMapKind;
    sourceRoot?: string;
    sourcesContent?: boolean;
  };
}

/** Gives a finished build to an app. */
export type ApplySnapshot = <State>(app: App<State>) => void;

/** Builds an app for production, tests or development. */
export class Builder {
  readonly #options: BuildOptions;
  readonly #root: string;
  readonly #transforms: Transform[] = [];
  readonly #islands: string[] = [];

  constructor(options: BuildOptions = {}) {
    this.#options = options;
    this.#root = resolve(options.root ?? ".");
  }

  /** Adds an island module by its path or specifier. */
  registerIsland(specifier: string | URL): void {
    const text = String(specifier);
    this.#islands.push(
      /^[a-z]{2,}:/.test(text)
        ? text
        : pathToFileURL(folderIn(this.#root, text)).href,
    );
  }

  /** Changes static files as they are built. */
  onTransformStaticFile(
    options: OnTransformOptions,
    callback: TransformFn,
  ): void {
    this.#transforms.push({ options, run: callback });
  }

  #plan(mode: "development" | "production"): BuildPlan {
    const options = this.#options;
    const at = (path: string) => folderIn(this.#root, path);
    const staticDir = options.staticDir ?? "static";
    return {
      root: this.#root,
      mode,
      routeDir: at(options.routeDir ?? "routes"),
      islandDir: at(options.islandDir ?? "islands"),
      staticDirs: (Array.isArray(staticDir) ? staticDir : [staticDir]).map(at),
      ignore: options.ignore ?? [],
      target: options.target ?? [],
      sourceMap: {
        kind: mode === "development" ? "inline" : false,
        ...options.sourceMap,
      },
      registered: this.#islands,
      transforms: this.#transforms,
    };
  }

  /** Builds the project; the result gives the build to an app. */
  async build(
    options: {
      mode?: "development" | "production";
      snapshot?: "disk" | "memory";
    } = {},
  ): Promise<ApplySnapshot> {
    const build = await makeBuild(this.#plan(options.mode ?? "production"));
    if ((options.snapshot ?? "disk") === "disk") {
      await writeBuild(
        build,
        folderIn(this.#root, this.#options.outDir ?? "_fresh"),
        pathToFileURL(
          folderIn(this.#root, this.#options.serverEntry ?? "main.ts"),
        ).href,
      );
    }
    const snapshot = await memorySnapshot(build, this.#root);
    return (app) => applySnapshot(app, snapshot);
  }

  /**
   * Serves the app to its developers and reloads pages after an edit. Resolves
   * as soon as it listens.
   */
  async listen<State>(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
    options: ListenOptions = {},
  ): Promise<void> {
    const { handler, basePath, close } = await this.#developmentApp(importApp);
    const greeting = "Fresh development server";
    const { finished } = listen(handler, options, greeting, basePath);
    void finished.finally(close);
  }

  async #developmentApp<State>(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
  ): Promise<WaitingHandler & { basePath: string }> {
    const plan = this.#plan("development");
    try {
      const build = await makeBuild(plan);
      return { ...await this.#start(build, importApp), close() {} };
    } catch (error) {
      // deno-lint-ignore no-console -- the developer may look here first
      console.error(error);
      const again = async () =>
        (await this.#start(await makeBuild(plan), importApp)).handler;
      return { ...untilBuilt(error, this.#root, again), basePath: "" };
    }
  }

  /** Starts the app; what keeps it from that is shown until Deno, which watches the app, starts it again. */
  async #start<State>(
    build: Build,
    importApp: () => Promise<{ app: App<State> } | App<State>>,
  ): Promise<{ handler: Handler; basePath: string }> {
    try {
      const imported = await importApp();
      const app = "app" in imported ? imported.app : imported;
      const { basePath } = app.config;
      const reload = basePath + build.runtime.reload;
      applySnapshot(app, {
        ...await memorySnapshot(build, this.#root),
        errorPage: (error) => errorPage(error, this.#root, reload),
      });
      return { basePath, handler: developmentHandler(app.handler(), basePath) };
    } catch (error) {
      // deno-lint-ignore no-console -- the developer may look here first
      console.error(error);
      return { basePath: "", handler: failedStartHandler(error, this.#root) };
    }
  }
}
