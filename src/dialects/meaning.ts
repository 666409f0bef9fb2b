/** What a call by name means: the fields that it sets, or that it saves nothing. */
export type Meaning = {
  readonly set?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  readonly harmless?: true | undefined;
};
