/** Props of {@link Skeleton}. */
export interface SkeletonProps {
  /** What is loading, for screen readers: "Loading leads". */
  label: string;
  rows?: number | undefined;
  /** Each row begins with a stop or an avatar. */
  dots?: boolean | undefined;
}

/** The boxes of the rows to come, in their size, so that nothing jumps. */
export function Skeleton({ label, rows = 4, dots }: SkeletonProps) {
  return (
    <div class="card card-flush rows" aria-busy="true">
      <p class="vh" role="status">{label}</p>
      {Array.from({ length: rows }, (_, at) => (
        <div class="row" key={at}>
          {dots && <span class="skel skel-dot" />}
          <span class="row-main">
            <span class="skel skel-short" />
            <span class="skel" />
          </span>
        </div>
      ))}
    </div>
  );
}
