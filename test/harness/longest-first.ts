import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, in this order: begun last, it would run alone at the end. Those that wait for what another one makes once a run
 * (`onceARun`) are not beside it.
 */
const LONGEST: readonly string[] = [
  'test/docs/site.test.ts',
  'test/docs/commands.test.ts',
  'test/container/container.test.ts',
  'test/package/installed.test.ts',
  'test/chaos/chaos.test.ts',
  'test/attacks/no-bypass.test.ts',
  'test/console/pages.test.ts',
  'test/package/quick-start.test.ts',
  'test/attacks/one-code-at-gateways-of-a-database.test.ts',
  'test/scenarios/confirm-crash.test.ts',
  'test/scenarios/crash.test.ts',
  'test/cli/commands.test.ts',
  'test/cli/terminal.test.ts',
  'test/scenarios/hidden.test.ts',
  'test/scenarios/shared-commit.test.ts',
  'test/client/dialog.test.ts',
  'test/client/browsers.test.ts',
  'test/console/foreign-page.test.ts',
  'test/attacks/cases/cases.test.ts',
  'test/cli/npm-signals.test.ts',
  'test/cli/audit.test.ts',
  'test/stores/postgres-failover.test.ts',
  'test/http/limits.test.ts',
  'test/scenarios/override.test.ts',
  'test/scenarios/demo-page.test.ts',
  'test/scenarios/demo.test.ts',
  'test/scenarios/redis-stolen.test.ts',
];

/** The files of each project as vitest sorts them, but for the longest, which are begun first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId, project }: TestSpecification) => {
      const place = LONGEST.indexOf(relative(project.config.root, moduleId));
      return place < 0 ? LONGEST.length : place;
    };
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) =>
      sorted.filter((file) => file.project === project).sort((one, other) => placeOf(one) - placeOf(other)),
    );
  }
}
