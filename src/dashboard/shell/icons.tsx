// Drawn on a grid of 24; each stands beside a word, never for it.
const PATHS = {
  live: 'M3 12h4l3-8 4 16 3-8h4',
  plan: 'M4 4v16h16M8 16v-4h4V8h4v5h3',
  station: 'M6 21V5a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v16M4 21h13M9 8h3M15 12h2a2 2 0 0 1 2 2v2a1.5 1.5 0 0 0 3 0v-6l-3-3',
  bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  limits: 'M4 18a8 8 0 1 1 16 0M12 18l4-6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6z',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2',
  tick: 'm5 12.5 4.5 4.5L19 7.5',
  free: 'M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15',
  warn: 'M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1',
  off: 'M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 3-2M19 12a10 10 0 0 0-6-2.9',
  down: 'm7 10 5 5 5-5',
  back: 'm14 6-6 6 6 6',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.500 7.5 5.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function iconPath(name: IconName): string {
  return PATHS[name];
}

/** A keel under an even line. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 26 26" aria-hidden="true">
      <rect width="26" height="26" rx="7.5" class="mark-ground" />
      <path d="M4.5 10.5h17" class="mark-line" />
      <path
        d="M6.5 13.2h13c-.9 2.7-2.8 4.100-5 4.400l-.6 4.200h-1.800l-.6-4.200c-2.200-.3-4.100-1.700-5-4.400z"
        class="mark-keel"
      />
    </svg>
  );
}
