import { Button } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons';
import { Nothing } from '../components/Nothing.tsx';
import { Screen } from '../components/Screen.tsx';
import { routeHref } from './routes.ts';

/** Where an address leads to something that is not there (any more). */
export function UnknownPlace({ what }: { what: 'cluster' | 'host' }) {
  const title = what === 'cluster' ? 'No such cluster' : 'No such host';
  return (
    <Screen title={title}>
      <Nothing
        title={`This ${what} is not in Minime`}
        icon={SearchIcon}
        actions={
          <Button variant="primary" component="a" href={routeHref({ screen: 'start' })}>
            Go to the start
          </Button>
        }
      >
        It was removed, or none of its hosts has told of it since Minime started.
      </Nothing>
    </Screen>
  );
}
