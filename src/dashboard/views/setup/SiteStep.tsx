import { useRef } from 'preact/hooks';
import { idFrom } from '../../model/setupForm.js';
import { TextField } from '../parts/Field.js';
import type { StepProps } from './stepProps.js';

export function SiteStep({ text, change, problemOf, speech: { say }, isNew }: StepProps & { readonly isNew: boolean }) {
  // Follows the name until somebody writes their own.
  const follows = useRef(text.siteId === '' || text.siteId === idFrom(text.name));
  return (
    <div class="fields two">
      <TextField
        id="site-name"
        label={say('setup.name')}
        problem={problemOf('site-name')}
        value={text.name}
        onInput={(name) => change({ name, ...(isNew && follows.current ? { siteId: idFrom(name) } : {}) })}
      />
      <TextField
        id="site-id"
        label={say('setup.id')}
        hint={say(isNew ? 'setup.idHint' : 'setup.idKept')}
        problem={problemOf('site-id')}
        isDisabled={!isNew}
        value={text.siteId}
        onInput={(siteId) => {
          follows.current = false;
          change({ siteId });
        }}
      />
      <TextField
        id="site-zone"
        label={say('setup.timeZone')}
        hint={say('setup.zoneHint')}
        problem={problemOf('site-zone')}
        list="zones"
        value={text.timeZone}
        onInput={(timeZone) => change({ timeZone })}
      />
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <TextField
        id="site-voltage"
        label={say('setup.voltage')}
        hint={say('setup.voltageHint')}
        isNumber
        problem={problemOf('site-voltage')}
        value={text.voltageV}
        onInput={(voltageV) => change({ voltageV })}
      />
    </div>
  );
}
