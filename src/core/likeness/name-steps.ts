/**
 * Marks at which some reader divides a name: dots and brackets (PHP, Rails, .NET, Spring, with or without quotes), `$` (Web
 * Forms), `:` (JSF; in Zope `status:string` is `status`), `(…)` (Rails), and Spring's `!status`, which is the value of a
 * `status` that is not there. https://docs.spring.io/spring-framework/docs/current/javadoc-api/org/springframework/web/bind/WebDataBinder.html
 */
const MARKS = /[.[\]()'"$:!/]+/;

/** The steps of a name as the reader that finds most of them sees it: `lines[0].status` is `lines`, `0`, `status`. */
export function stepsIn(name: string): readonly string[] {
  return name.split(MARKS).filter((step) => step !== '');
}
