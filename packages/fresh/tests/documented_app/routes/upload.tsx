import { define } from "../utils.ts";

export const handler = define.handlers({
  GET() {
    return { data: { message: null } };
  },
  async POST(ctx) {
    const form = await ctx.req.formData();
    const file = form.get("my-file") as File | null;
    if (!file) return { data: { message: "Please try again" } };
    return { data: { message: `${file.name} uploaded!` } };
  },
});

export default define.page<typeof handler>(function Upload(props) {
  const { message } = props.data;
  return (
    <form method="post" encType="multipart/form-data">
      <input type="file" name="my-file" />
      {message ? <p>{message}</p> : null}
    </form>
  );
});
