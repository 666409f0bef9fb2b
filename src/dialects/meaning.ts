/** What a call by name means: the fields that it sets, or that it saves nothing. */
export type Meaning = {
  readonly set?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  readonly harmless?: true | undefined;
};

/** What has to hold for `harmless: true`, for who pastes it. */
export const HARMLESS = 'it saves nothing that a rule is about; else it is { set: { … } }, what it stores';
