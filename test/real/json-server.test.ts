import { openJsonServer } from '../../bench/real/json-server.ts';
import { describeWalk } from './describe-walk.ts';

await describeWalk('json-server', await openJsonServer(), { works: 12, doors: 20 });
