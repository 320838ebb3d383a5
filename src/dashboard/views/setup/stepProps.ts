import type { SetupText } from '../../model/setupForm.js';
import type { ViewSpeech } from '../../words/views/viewSpeech.js';

/** What a step of the wizard is given. */
export interface StepProps {
  readonly text: SetupText;
  readonly change: (changes: Partial<SetupText>) => void;
  /** What is wrong with a field, once it has been looked at. */
  readonly problemOf: (field: string) => string | undefined;
  readonly speech: ViewSpeech;
}
