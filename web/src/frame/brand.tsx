/** The sign: a phone that rings to both sides. */
export function Brand({ size = 36 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Ringback">
      <rect width="32" height="32" rx="8" fill="#5650c8" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="16" cy="16" r="2.6" fill="#fff" stroke="none" />
        <path d="M10.6 10.6a7.6 7.6 0 0 0 0 10.8M21.4 10.6a7.6 7.6 0 0 1 0 10.8" />
        <path d="M6.7 6.7a13.2 13.2 0 0 0 0 18.6M25.3 6.7a13.2 13.2 0 0 1 0 18.6" opacity=".55" />
      </g>
    </svg>
  );
}
