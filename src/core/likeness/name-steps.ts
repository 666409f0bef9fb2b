/**
 * Marks at which some reader divides a name: dots and brackets (PHP, Rails, .NET, Spring, with or without quotes), `$` (Web
 * Forms), `:` (JSF; in Zope `status:string` is `status`), `(…)` (Rails), Spring's `!status`, which is the value of a `status` that is
 * not there, and the `?` with which a form begins that somebody takes for a query.
 * https://docs.spring.io/spring-framework/docs/current/javadoc-api/org/springframework/web/bind/WebDataBinder.html
 * https://url.spec.whatwg.org/#dom-urlsearchparams-urlsearchparams
 */
const MARKS = /[.[\]()'"$:!?/]+/;

/** The steps of a name as the reader that finds most of them sees it: `lines[0].status` is `lines`, `0`, `status`. */
export function stepsIn(name: string): readonly string[] {
  return name.split(MARKS).filter((step) => step !== '');
}
