/** The same response with its headers changed, also where they are immutable. */
export function withHeaders(
  response: Response,
  change: (headers: Headers) => void,
): Response {
  // What switches protocols is the runtime's own, and can not be made again.
  if (response.status < 200) return response;
  try {
    change(response.headers);
    return response;
  } catch {
    const headers = new Headers(response.headers);
    change(headers);
    return new Response(response.body, {
      status: response.status,
      statusText: response.statusText,
      headers,
    });
  }
}
