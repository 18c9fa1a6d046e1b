/**
 * Carries out a decision about one name. Each step leaves the index as it was until the step is done, and every step can be
 * done again: what a kill leaves between the two is found by comparing content.
 */
import { copyFileTo, modeChange, recordFile } from './copy-file.js'
import { enterFolder } from './enter-folder.js'
import { forgetTree } from './give-way.js'
import type { MirrorPass } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'
import { giveWay, removeEntry } from './remove-entry.js'
import { adoptLink, leaveClosed, leaveOccupied } from './strange-entry.js'
import { uniteLines } from './unite-lines.js'

/** Whether carrying it out writes into the home's side. */
export function writesHome({ decision, base, home, runtime }: EntryPlan): boolean {
  switch (decision.do) {
    case 'copy':
      return decision.to === 'home'
    case 'remove':
    case 'give-way':
      return decision.from === 'home'
    case 'unite':
    case 'adopt-link':
      return true
    case 'record':
      return modeChange(base, home, runtime)?.to === 'home'
    case 'enter':
      return home.kind === 'absent' || runtime.kind === 'absent'
    default:
      return false
  }
}

export async function performPlan(pass: MirrorPass, plan: EntryPlan): Promise<Performed> {
  const { pair, decision, home, runtime } = plan
  switch (decision.do) {
    case 'forget':
      forgetTree(pass.index, pair.folder, pair.name)
      return 'done'
    case 'record':
      return recordFile(pass, plan)
    case 'copy':
      return await copyFileTo(pass, plan, decision.to, decision.loser)
    case 'unite':
      return await uniteLines(pass, plan)
    case 'remove':
      return removeEntry(pass, plan, decision.from)
    case 'enter':
      return await enterFolder(pass, plan)
    case 'give-way':
      return await giveWay(pass, plan, decision.from)
    case 'adopt-link':
      return adoptLink(pass, plan)
    case 'occupied':
      return leaveOccupied(pass, plan)
    case 'leave':
      return leaveClosed(pass, pair, home, runtime)
  }
}
