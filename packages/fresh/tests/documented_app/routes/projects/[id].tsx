// deno-lint-ignore-file fresh-handler-export -- the documentation shows both names
import { HttpError, page } from "fresh";
import { define } from "../../utils.ts";

interface Project {
  name: string;
  stars: number;
}

const PROJECTS: Record<string, Project> = { a: { name: "A", stars: 5 } };

export const handlers = define.handlers({
  async GET(ctx) {
    const project = await Promise.resolve(PROJECTS[ctx.params.id!]);
    if (!project) throw new HttpError(404);
    return page({ project }, {
      status: 201,
      headers: { "Cache-Control": "public, max-age=3600" },
    });
  },
});

export default define.page<typeof handlers>(({ data }) => (
  <div>
    <h1>{data.project.name}</h1>
    <p>{data.project.stars.toFixed()} stars</p>
  </div>
));
