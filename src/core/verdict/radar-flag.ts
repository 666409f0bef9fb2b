/** What the radar of the console flags. */
export type RadarFlag =
  | 'many-asked-few-entered'
  | 'entered-too-fast'
  | 'one-address-many-records'
  | 'address-filled-in-before';
