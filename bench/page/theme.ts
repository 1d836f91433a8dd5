/** Light and dark: the system's choice, unless the visitor makes one. */
import { computed, effect, signal } from '@preact/signals';
import { read, write } from './settings.js';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const query = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(query.matches);
query.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

export const theme = signal<Theme>(themes.find((name) => name === read('theme')) ?? 'system');
export const isDark = computed(() => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'));

effect(() => {
  write('theme', theme.value);
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});

export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly colors: readonly string[];
}

/** The colours of charts: Okabe & Ito's, which people with colour blindness tell apart, made darker or lighter until each
 *  stands out from the surface three to one. */
export const palette = computed(
  (): Palette =>
    isDark.value
      ? {
          ...{ text: '#e8eaed', muted: '#a9b0b8', line: '#3a4149', surface: '#161a1f' },
          colors: ['#56b4e9', '#e69f00', '#2fbf93', '#f0e442', '#cc79a7', '#f07b3f', '#8da0ff', '#c9ccd1'],
        }
      : {
          ...{ text: '#1b1f24', muted: '#57606a', line: '#d5dae0', surface: '#ffffff' },
          colors: ['#0072b2', '#b45f06', '#00795a', '#8a7a00', '#a8437f', '#c43c00', '#4b57c9', '#5a5f66'],
        },
);
