import { HttpError, type PageProps } from "fresh";

export default function ErrorPage(props: PageProps) {
  const { error } = props;
  return error instanceof HttpError && error.status === 404
    ? <h1>404</h1>
    : <h1>Oh no</h1>;
}
