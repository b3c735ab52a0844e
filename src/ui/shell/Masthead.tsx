import {
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  Masthead as PfMasthead,
} from '@patternfly/react-core';
import { count } from '../components/format.ts';
import { Status } from '../components/Status.tsx';
import { OperationIndicator } from '../features/operations/OperationIndicator.tsx';
import { useConsole } from '../store/ConsoleContext.tsx';
import { selectProblems } from '../store/selectors/problems.ts';
import iconUrl from './icon.svg';
import { routeHref } from './routes.ts';

export function Masthead() {
  return (
    <PfMasthead className="mm-masthead">
      <MastheadMain>
        <MastheadBrand>
          <MastheadLogo href={routeHref({ screen: 'start' })} className="mm-logo">
            <img src={iconUrl} alt="" width={28} height={28} />
            <span>Minime</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="mm-masthead-end">
          <ProblemCount />
          <OperationIndicator />
        </div>
      </MastheadContent>
    </PfMasthead>
  );
}

/** The one figure that is on every screen: how much is wrong. */
function ProblemCount() {
  const problems = useConsole(selectProblems);
  const hosts = useConsole((state) => state.hostIds.length);
  const linkUp = useConsole((state) => state.linkUp);
  if (hosts === 0) return null;
  if (!linkUp) return <Status tone="unknown">Not up to date</Status>;
  const errors = problems.filter(({ finding }) => finding.severity === 'error').length;
  const warnings = problems.filter(({ finding }) => finding.severity === 'warning').length;
  if (errors === 0 && warnings === 0) return <Status tone="ok">No problems</Status>;
  return (
    <>
      {errors > 0 ? <Status tone="error">{count(errors, 'error')}</Status> : null}
      {warnings > 0 ? <Status tone="warning">{count(warnings, 'warning')}</Status> : null}
    </>
  );
}
