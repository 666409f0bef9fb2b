/** What a member of a relation's value asks for. `filter`: for records that nobody names. `option`: for none. */
export type Role = 'create' | 'update' | 'delete' | 'connect' | 'disconnect' | 'set' | 'filter' | 'option';

/**
 * The words of Directus (`create`, `update`, `delete`), Strapi and Prisma.
 * https://docs.directus.io/reference/introduction.html#relational-data
 * https://www.prisma.io/docs/orm/reference/prisma-client-reference#nested-queries
 */
const ACTIONS: Readonly<Record<string, Role>> = {
  create: 'create',
  createMany: 'create',
  update: 'update',
  upsert: 'update',
  delete: 'delete',
  connect: 'connect',
  connectOrCreate: 'connect',
  disconnect: 'disconnect',
  set: 'set',
  updateMany: 'filter',
  deleteMany: 'filter',
  options: 'option',
  skipDuplicates: 'option',
};

/** The role of a member that is such a word; undefined for any other name. */
export function actionOf(name: string): Role | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}
