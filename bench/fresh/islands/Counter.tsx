import { useSignal } from "@preact/signals";
export default function Counter(p: { start: number }) {
  const c = useSignal(p.start);
  return (
    <div class="counter">
      <button type="button" onClick={() => c.value++}>+</button>
      <span>{c}</span>
    </div>
  );
}
