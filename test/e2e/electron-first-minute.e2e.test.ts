import { findingsInBothThemes } from './console/look.ts';
import { launchShell, testedOn } from './electron/shell.ts';
import { theFirstMinute } from './embedded/firstMinute.ts';

theFirstMinute(`in the Electron shell (${testedOn})`, {
  open: () => launchShell(),
  examine: (page, name) => findingsInBothThemes(page, name),
});
