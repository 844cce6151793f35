/**
 * `<input>` as a component's name. The precompiled JSX of the server writes an intrinsic element's attributes as they
 * stand, and so would lose `defaultValue` and `defaultChecked`, which let the browser keep what is typed.
 */
export const Input = "input" as const;
