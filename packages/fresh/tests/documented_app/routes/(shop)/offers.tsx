export default function Offers() {
  return <p>Offers</p>;
}
