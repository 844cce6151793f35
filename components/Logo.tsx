/** The mark and the word, in the colour of the text around it. */
export function Logo() {
  return (
    <svg class="logo" viewBox="5 3 141 24" role="img" aria-label="StreamFlow">
      <path
        d="M16.6 9H13a3.5 3.5 0 0 0 0 7h6a3.5 3.5 0 0 1 0 7H9"
        fill="none"
        stroke="currentColor"
        stroke-width="3.25"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <circle class="logo-stop" cx="23.2" cy="9" r="2.45" fill="currentColor" />
      <path
        transform="translate(35 0)"
        d="M6.6 13.6c-.7-1-1.8-1.5-3.1-1.5-1.8 0-3 .9-3 2.4 0 3.4 6.4 1.5 6.4 5 0 1.6-1.4 2.5-3.3 2.5-1.5 0-2.8-.6-3.5-1.7M12.4 8.5v10.5c0 2 .9 3 2.9 3h.5M10.2 12h5.2M19.6 12v10M19.6 16.5c0-2.8 1.6-4.5 4.4-4.5M27.4 16.9h8.6c0-2.9-1.7-4.9-4.3-4.9s-4.5 2.1-4.5 5 1.8 5 4.6 5c1.6 0 2.9-.6 3.7-1.8M48.6 12v10M48.6 17a4.4 5 0 1 1-8.8 0a4.4 5 0 1 1 8.8 0M52.6 12v10M52.6 16.2c0-2.6 1.2-4.2 3.3-4.2s3.2 1.4 3.2 3.8v6.2M59.1 16.2c0-2.6 1.2-4.2 3.3-4.2s3.2 1.4 3.2 3.8v6.2M71.2 22V9.2c0-2 .9-3.2 2.9-3.2h.7M69 12h5.4M78 6v16M81.8 17a4.5 5 0 1 1 9 0a4.5 5 0 1 1-9 0M94.4 12l3.2 10L100.8 12.6l3.2 9.4 3.2-10"
        fill="none"
        stroke="currentColor"
        stroke-width="2.25"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
