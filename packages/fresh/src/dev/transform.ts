/** What a transform is given. */
export interface OnTransformArgs {
  /** The path at which the file is served. */
  path: string;
  target: string | string[];
  mode: "development" | "production";
  content: Uint8Array<ArrayBuffer>;
  /** The content, decoded. */
  readonly text: string;
}

/** What a transform makes of a file. */
export interface OnTransformResult {
  /** The path to serve at, if it changes. */
  path?: string;
  content: string | Uint8Array<ArrayBuffer>;
  map?: string | Uint8Array<ArrayBuffer> | undefined;
}

/** Changes a static file as it is built; nothing leaves it as it is. */
export type TransformFn = (
  args: OnTransformArgs,
) =>
  | void
  | OnTransformResult
  | OnTransformResult[]
  | Promise<void | OnTransformResult | OnTransformResult[]>;

/** Which files a transform is for. */
export interface OnTransformOptions {
  /** The name that messages use. */
  pluginName: string;
  filter: RegExp;
}

/** A registered transform. */
export interface Transform {
  readonly options: OnTransformOptions;
  readonly run: TransformFn;
}

/** A file as it is going to be served. */
export interface SourceFile {
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

function bytesOf(
  content: string | Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? encoder.encode(content) : content;
}

async function runTransform(
  transform: Transform,
  file: SourceFile,
  build: { target: string | string[]; mode: "development" | "production" },
): Promise<SourceFile[]> {
  const { pluginName, filter } = transform.options;
  if (!filter.test(file.path)) return [file];
  let result;
  try {
    result = await transform.run({
      ...build,
      path: file.path,
      content: file.content,
      get text() {
        return new TextDecoder().decode(file.content);
      },
    });
  } catch (cause) {
    throw new Error(`"${pluginName}" failed on ${file.path}`, { cause });
  }
  if (!result) return [file];
  return (Array.isArray(result) ? result : [result]).flatMap((made) => {
    const path = made.path ?? file.path;
    const out = [{ path, content: bytesOf(made.content) }];
    if (made.map !== undefined) {
      out.push({ path: `${path}.map`, content: bytesOf(made.map) });
    }
    return out;
  });
}

/** Sends a file through all transforms, one after the other. */
export async function transformFile(
  file: SourceFile,
  transforms: readonly Transform[],
  build: { target: string | string[]; mode: "development" | "production" },
): Promise<SourceFile[]> {
  let files = [file];
  for (const transform of transforms) {
    const next: SourceFile[] = [];
    for (const current of files) {
      next.push(...await runTransform(transform, current, build));
    }
    files = next;
  }
  return files;
}
