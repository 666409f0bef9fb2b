import { isJsonType, mediaTypeReader } from '../../core/wire/media-type.ts';

/**
 * JSON with the parameters by which clients of OData say how they write it: what it tells beside the record, and whether long numbers
 * are texts, which are likened to numbers anyway. UI5 and Olingo send them with every save, and Dataverse's samples `type=entry`, a word of
 * version 3.
 * https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html#sec_RequestingtheJSONFormat
 */
export const readODataType = mediaTypeReader([
  'odata.metadata',
  'metadata',
  'odata.streaming',
  'streaming',
  'ieee754compatible',
  'exponentialdecimals',
  'type',
]);

/** Whether the text says JSON, in whichever manner. */
export function isODataJson(type: string): boolean {
  return isJsonType(readODataType(type)?.essence ?? '');
}
