import { examine, findingsInBothThemes } from './console/look.ts';
import { theDeployment } from './embedded/deployment.ts';
import { openWebConsole } from './embedded/firstMinute.ts';

theDeployment('in a browser', {
  open: openWebConsole,
  // The wizard's own pictures are of real hosts.
  examine: (page, name) => (name.startsWith('embedded-') ? examine : findingsInBothThemes)(page, name),
});
