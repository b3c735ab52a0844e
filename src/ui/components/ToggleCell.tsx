import { RhMicronsCaretDownIconConfig } from '@patternfly/react-icons';

interface ToggleCellProps {
  isOpen: boolean;
  id: string;
  onToggle: () => void;
}

const { width, height, svgPathData } = RhMicronsCaretDownIconConfig.icon;

/** The cell that opens and folds the details of its row; for long lists, as `Cell` is. */
export function ToggleCell({ isOpen, id, onToggle }: ToggleCellProps) {
  return (
    <td className="mm-toggle-cell">
      <button
        type="button"
        id={id}
        className="mm-toggle"
        aria-label="Details"
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        <svg className="mm-glyph" viewBox={`0 0 ${width} ${height}`} aria-hidden>
          <path d={svgPathData} />
        </svg>
      </button>
    </td>
  );
}
