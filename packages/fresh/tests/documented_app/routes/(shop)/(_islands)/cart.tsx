export function Cart(props: { items: Map<string, bigint>; when: Date }) {
  return <p>{props.items.size} since {props.when.getTime()}</p>;
}
