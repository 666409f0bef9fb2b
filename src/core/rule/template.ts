/** A message's text with its places, checked when the configuration was loaded. */
export type Template = {
  readonly parts: readonly TemplatePart[];
  /** Fields of the record that the text shows. */
  readonly recordFields: readonly string[];
};

type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'place'; readonly name: string };

/** A template, or what is wrong with its text. */
export type TemplateReading =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly message: string };

const PLACES = ['code', 'minutes', 'rule.name', 'save.id', 'save.operation', 'link'];

/** Places of a text about a save that somebody vouched for: it has no code. */
export const NOTICE_PLACES = ['reason', 'caller.user', 'rule.name', 'save.id', 'save.operation'];

/** Reads `{{code}} confirms that {{record.subject}} was delivered`. `places`: the names beside `record.<field>`. */
export function readTemplate(text: string, places: readonly string[] = PLACES): TemplateReading {
  const parts: TemplatePart[] = [];
  const recordFields: string[] = [];
  for (const [index, piece] of text.split(/\{\{\s*(.*?)\s*\}\}/s).entries()) {
    if (index % 2 === 0) {
      if (/\{\{|\}\}/.test(piece))
        return { ok: false, message: 'a place is opened with {{ and closed with }}' };
      parts.push({ kind: 'text', text: piece });
      continue;
    }
    const field = /^record\.([^.\s]+)$/.exec(piece)?.[1];
    if (!field && !places.includes(piece)) {
      return {
        ok: false,
        message: `{{${piece}}} is unknown; known are record.<field>, ${places.join(', ')}`,
      };
    }
    if (field && !recordFields.includes(field)) recordFields.push(field);
    parts.push({ kind: 'place', name: piece });
  }
  return { ok: true, template: { parts, recordFields } };
}

/** Whether the text has the place. */
export function hasPlace(template: Template, name: string): boolean {
  return template.parts.some((part) => part.kind === 'place' && part.name === name);
}

/** The text with each place filled by `textAt`. */
export function fill(template: Template, textAt: (place: string) => string): string {
  return template.parts.map((part) => (part.kind === 'text' ? part.text : textAt(part.name))).join('');
}
