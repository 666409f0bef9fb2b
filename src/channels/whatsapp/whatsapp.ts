import { bestLanguage } from '../../core/rule/language.ts';
import type { Channel } from '../../ports.ts';
import { createHttpDelivery } from '../http-delivery.ts';
import { createPhoneReader, type PhoneOptions } from '../phone.ts';
import { createWhatsappReports, type WhatsappReportOptions } from './whatsapp-reports.ts';

/** The number that sends, and the template that is sent. */
export type WhatsappOptions = PhoneOptions & {
  /** With the version: `https://graph.facebook.com/v25.0` where it is left out. */
  readonly baseUrl?: string;
  /** Meta's id of the number that sends. */
  readonly phoneNumberId: string;
  readonly token: string;
  /** Name of the approved authentication template. Its text, and for how long it calls the code good, are settled there. */
  readonly template: string;
  /** The template's, `en_US`. */
  readonly language: string;
  /** Its languages by those in which rules write, `{ es: 'es_MX' }`; `language` is for all others. */
  readonly languages?: Readonly<Record<string, string>>;
  /** By what Meta's reports of what became of messages are known. */
  readonly reports?: WhatsappReportOptions;
  readonly timeoutMs?: number;
};

/** The longest parameter that an authentication template takes. */
const MOST_SYMBOLS = 15;

/**
 * Codes by WhatsApp, over Meta's Cloud API, with an authentication template of the kind "copy code":
 * https://developers.facebook.com/docs/whatsapp/business-management-api/authentication-templates
 */
export function createWhatsappChannel(options: WhatsappOptions): Channel {
  const { phoneNumberId, token, template, language, languages = {}, timeoutMs } = options;
  const http = createHttpDelivery({
    url: options.baseUrl ?? 'https://graph.facebook.com/v25.0',
    ...(timeoutMs !== undefined && { timeoutMs }),
    faultNumberOf: (answer) =>
      (answer as { readonly error?: { readonly code?: unknown } } | null | undefined)?.error?.code,
  });
  return {
    addressKind: 'phone',
    clean: createPhoneReader(options),
    ...(options.reports && { reports: createWhatsappReports(options.reports) }),
    async deliver({ address, code, reference, language: wanted = '' }) {
      if (code === '') return { kind: 'refused', reason: 'a template is about a code, and there is none' };
      if (code.length > MOST_SYMBOLS)
        return { kind: 'refused', reason: `the code has more than ${MOST_SYMBOLS} symbols` };
      const written = languages[bestLanguage(wanted, Object.keys(languages)) ?? ''] ?? language;
      const content = { name: template, language: { code: written }, components: componentsOf(code) };
      return http.send({
        path: `/${phoneNumberId}/messages`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to: address.replace(/^\+/, ''),
          type: 'template',
          template: content,
          // Comes back with each status: at most 512 symbols.
          biz_opaque_callback_data: reference,
        }),
      });
    },
    close: http.close,
  };
}

/** The code twice: once in the text, once behind the button, which the template calls one of the kind `url` once it is made. */
function componentsOf(code: string): readonly object[] {
  const parameters = [{ type: 'text', text: code }];
  return [
    { type: 'body', parameters },
    { type: 'button', sub_type: 'url', index: '0', parameters },
  ];
}
