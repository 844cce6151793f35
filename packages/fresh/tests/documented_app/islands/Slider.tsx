import type { Signal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";

interface SliderProps {
  value: Signal<number>;
  jsx?: VNode;
  children?: ComponentChildren;
}

export default function Slider({ value, jsx, children }: SliderProps) {
  return (
    <div>
      <input
        type="range"
        value={value}
        onInput={(event) => value.value = Number(event.currentTarget.value)}
      />
      {jsx}
      {children}
    </div>
  );
}
