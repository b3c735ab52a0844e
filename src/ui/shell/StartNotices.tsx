import { Alert, AlertActionCloseButton } from '@patternfly/react-core';
import { useState } from 'react';
import { CopyButton } from '../components/CopyButton.tsx';
import { findingText } from '../components/findings.ts';
import { useConsole } from '../store/ConsoleContext.tsx';

/** What was not as it should be when Minime started, above every screen until it was read. Settings keep it. */
export function StartNotices() {
  const notices = useConsole((state) => state.app?.notices);
  const [read, setRead] = useState<readonly string[]>([]);
  return (
    <>
      {notices?.map((notice) => {
        const key = `${notice.id}-${notice.subject ?? ''}`;
        if (read.includes(key)) return null;
        return (
          <Alert
            key={key}
            variant={notice.severity === 'error' ? 'danger' : 'warning'}
            isInline
            component="p"
            title={notice.title}
            actionLinks={<CopyButton text={findingText(notice)} />}
            actionClose={<AlertActionCloseButton onClose={() => setRead([...read, key])} />}
          >
            {[notice.cause, notice.remedy].filter((part) => part !== undefined).join(' ')}
          </Alert>
        );
      })}
    </>
  );
}
