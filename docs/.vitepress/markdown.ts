import type { MarkdownRenderer } from 'vitepress';

/** A block in the language `mermaid` is a picture: the component draws it in the reader's browser. */
export function drawDiagrams(markdown: MarkdownRenderer): void {
  const fence = markdown.renderer.rules.fence?.bind(markdown.renderer.rules);
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (token?.info.trim() === 'mermaid') return `<Diagram text="${encodeURIComponent(token.content)}" />`;
    return fence?.(tokens, index, options, env, self) ?? '';
  };
}

/** `{{code}}` on a page is what it says, and nothing that Vue fills in. */
export function keepBraces(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  const escaped = (text = '') => markdown.utils.escapeHtml(text).replaceAll('{{', '&#123;&#123;');
  rules.text = (tokens, index) => escaped(tokens[index]?.content);
  rules.code_inline = (tokens, index) => `<code>${escaped(tokens[index]?.content)}</code>`;
}
