/** Light or dark: the system's, or the one that was chosen here. */

import { computed, effect, signal } from '@preact/signals';

const KEY = 'forebay-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
const stored = localStorage.getItem(KEY);
const chosen = signal<'light' | 'dark' | null>(stored === 'light' || stored === 'dark' ? stored : null);

export const theme = computed(() => chosen.value ?? (systemIsDark.value ? 'dark' : 'light'));

export function switchTheme(): void {
  const next = theme.value === 'dark' ? 'light' : 'dark';
  chosen.value = next;
  localStorage.setItem(KEY, next);
}

system.addEventListener('change', (event) => (systemIsDark.value = event.matches));
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
