/** Comments, texts, names and brackets. Source: https://spec.graphql.org/October2021/#sec-Appendix-Grammar-Summary.Lexical-Tokens */
const TOKENS = /#[^\n\r]*|"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n\r])*"|[A-Za-z_]\w*|[{}()[\]]/g;

/** Whether a GraphQL document has a mutation among its operations. */
export function hasMutation(document: string): boolean {
  let depth = 0;
  let isAtStart = true;
  for (const [token] of document.matchAll(TOKENS)) {
    if (/^[#"]/.test(token)) continue;
    if (/^\w/.test(token)) {
      if (depth === 0 && isAtStart && token === 'mutation') return document.includes('{');
      isAtStart &&= depth > 0;
    } else if ('{(['.includes(token)) {
      depth++;
      isAtStart = false;
    } else {
      depth = Math.max(0, depth - 1);
      isAtStart = depth === 0 && token === '}';
    }
  }
  return false;
}
