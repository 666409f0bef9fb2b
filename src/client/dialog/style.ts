/** Follows the page's colour scheme and direction; its colours are custom properties that a page may set. Nothing moves. */
export const STYLE = `
:host { --ink: #1b1f24; --paper: #fff; --soft: #57606a; --line: #8c959f; --accent: var(--countersign-accent, #0550ae); --on: var(--countersign-on-accent, #fff); --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :host { --ink: #e6edf3; --paper: #1b2028; --soft: #aab4be; --line: #7d8590; --accent: var(--countersign-accent, #79b8ff); --on: var(--countersign-on-accent, #06182c); --bad: #ff938a; }
}
dialog { box-sizing: border-box; inline-size: min(26rem, 100vw - 1.5rem); max-block-size: calc(100dvh - 1.5rem); overflow: auto; margin: auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--paper); color: var(--ink); color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
dialog::backdrop { background: rgb(0 0 0 / .5); }
h2 { margin: 0 0 .5rem; font-size: 1.25rem; line-height: 1.3; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; overflow-wrap: anywhere; }
input { box-sizing: border-box; inline-size: 100%; margin-block: .25rem .75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .375rem; background: var(--paper); color: inherit; font: 1.5rem/1.4 ui-monospace, monospace; letter-spacing: .2em; }
input[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 1rem; color: var(--soft); }
.life { white-space: pre-wrap; }
[role=alert] { color: var(--bad); font-weight: 600; }
[hidden], [role=alert]:empty { display: none; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-block-start: 1rem; }
button { flex: 1 1 auto; min-block-size: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .375rem; background: transparent; color: inherit; font: inherit; cursor: pointer; }
button[type=submit] { border-color: var(--accent); background: var(--accent); color: var(--on); font-weight: 600; }
button:disabled { opacity: .65; cursor: default; }
`;
