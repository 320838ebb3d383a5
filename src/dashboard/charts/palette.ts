// A canvas does not know the tokens of the style sheet: it is given the colours that they come to, now.

export interface Palette {
  /** As rgb(). */
  colour(token: string): string;
  /** The same, let through by so much. */
  faint(token: string, alpha: number): string;
  readonly isDark: boolean;
}

export function paletteOf(host: HTMLElement): Palette {
  const probe = document.createElement('i');
  probe.hidden = true;
  host.append(probe);
  const known = new Map<string, string>();
  const colour = (token: string): string => {
    const found = known.get(token);
    if (found !== undefined) return found;
    probe.style.color = `var(--${token})`;
    const value = getComputedStyle(probe).color;
    known.set(token, value);
    return value;
  };
  const surface = channels(colour('surface'));
  for (const token of ['ink', 'ink2', 'line', 'edge', 'raised', 'building', 'accent', 'L1', 'L2', 'L3']) colour(token);
  for (let n = 1; n <= 6; n += 1) colour(`c${n}`);
  for (let n = 1; n <= 5; n += 1) colour(`p${n}`);
  probe.remove();
  return {
    colour: (token) => known.get(token) ?? 'currentColor',
    faint: (token, alpha) => {
      const [r = 0, g = 0, b = 0] = channels(known.get(token) ?? '');
      return `rgba(${r}, ${g}, ${b}, ${alpha})`;
    },
    isDark: (surface[0] ?? 255) < 128,
  };
}

function channels(colour: string): readonly number[] {
  return (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}
