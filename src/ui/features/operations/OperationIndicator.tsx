import { Status } from '../../components/Status.tsx';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { isEnded, overallProgress } from './progress.ts';

/** In the masthead: what is running, from every screen one click away. */
export function OperationIndicator() {
  const operations = useConsole((state) => state.operations);
  const running = operations.filter((operation) => !isEnded(operation));
  const first = running[0];
  if (first === undefined) return null;
  const { settled, total } = overallProgress(first);
  const more = running.length > 1 ? ` and ${running.length - 1} more` : '';
  return (
    <a href={routeHref({ screen: 'activity', operationId: first.id })}>
      <Status tone="working">
        {first.title}
        {total === 0 ? '' : ` ${settled}/${total}`}
        {more}
      </Status>
    </a>
  );
}
