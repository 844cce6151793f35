/** The `id` of the element that holds the data of a page's islands. */
export const DATA_ID = "__FRSH_DATA";
