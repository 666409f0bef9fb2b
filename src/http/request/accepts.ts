/** What takes `application/problem+json`, by the wildcards of RFC 9110 §12.5.1. */
const TAKES = new Set(['application/problem+json', 'application/*', '*/*']);

/** Whether a client with this `Accept` takes a problem as such; one that names none takes everything. */
export function takesProblem(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    return TAKES.has(type) && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
