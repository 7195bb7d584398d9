package model

import "strings"

// configRevision returns the revision of the last change to the configuration of any user of the
// account. It is the greatest configuration revision of the users.
func (m *Model) configRevision() (latest int) {
	for _, u := range m.users {
		latest = max(latest, atoi(u[".config"]))
	}
	return latest
}

// freshUser returns the fault of checkVersion for the version of u. It also returns a stale fault
// if the configuration of u changed after the revision IfSince of the call, or if IfSince is
// greater than the configuration revision of the account before the call.
func (t *tx) freshUser(u Record) error {
	if err := t.checkVersion(atoi(u[".version"])); err != nil {
		return err
	}
	if since := t.how.IfSince; since != nil && (*since > t.configBefore || *since < atoi(u[".config"])) {
		return staleVersion(*since, t.configBefore)
	}
	return nil
}

// stamped returns the user after with updated revisions. The parameter before is the stored user,
// nil for a new user. Each of these becomes the revision of the call, or stays:
//
//   - .version always
//   - .stamp for a new user, and if the user becomes disabled or deleted or loses a role, which
//     ends the sign-ins of the user
//   - .config if .stamp does, and if any attribute but status, incognito and updated differs
func (t *tx) stamped(before, after Record) Record {
	next, config, stamp := itoa(t.next()), before[".config"], before[".stamp"]
	ended := after["enabled"] != "" && before["enabled"] == "" || !after.live() && before.live()
	for _, role := range strings.Fields(before["roles"]) {
		ended = ended || !after.has("roles", role)
	}
	if before == nil || ended {
		stamp, config = next, next
	}
	for _, name := range differing(before, after) {
		switch name {
		case "status", "incognito", "updated":
		default:
			config = next
		}
	}
	return after.with(".version", next, ".config", config, ".stamp", stamp)
}
