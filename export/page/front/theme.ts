import { h } from './dom.ts';

/*
 * All colours are pairs of a light and a dark one, so a theme is one property of the document (`color-
 * scheme`, see page.css).
 */

/** Light, dark, or as the system has it. Kept as long as the page is open: nothing is stored. */
const THEMES = ['system', 'light', 'dark'] as const;
let theme: (typeof THEMES)[number] = 'system';

/** A button that goes from one to the next. */
export function themeButton(): HTMLButtonElement {
  const label = () => `Theme: ${theme}`;
  const button = h('button', { type: 'button', class: 'theme' }, label());
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    document.documentElement.dataset.theme = theme;
    button.textContent = label();
  });
  return button;
}
