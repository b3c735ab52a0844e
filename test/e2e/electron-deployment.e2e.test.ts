import { findingsInBothThemes } from './console/look.ts';
import { launchShell, testedOn } from './electron/shell.ts';
import { theDeployment } from './embedded/deployment.ts';

theDeployment(`in the Electron shell (${testedOn})`, {
  open: () => launchShell(),
  examine: (page, name) => findingsInBothThemes(page, name),
});
