/**
 * EspoCRM stores an address or a number from the list of all of them where a save brings one.
 * https://github.com/espocrm/espocrm/blob/master/application/Espo/Core/FieldProcessing/EmailAddress/Saver.php
 */
export function secondNames(member: string): readonly string[] {
  return /^(?:emailAddress|phoneNumber)Data$/.test(member) ? [member.slice(0, -'Data'.length)] : [];
}

/** Only two texts are true: https://github.com/espocrm/espocrm/blob/master/application/Espo/ORM/BaseEntity.php */
export function isFalseText(text: string): boolean {
  return text !== '1' && text !== 'true';
}
